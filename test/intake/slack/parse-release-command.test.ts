import { describe, expect, it } from "vitest";
import { parseReleaseCommand } from "../../../src/intake/slack/parse-release-command.ts";
import { action, query, type ReleaseCommand } from "../../../src/intake/slack/release-command.ts";

const COMPONENTS = ["model-pymk", "svc-feed"];
const HOUR = 3_600_000;

function parse(text: string): ReleaseCommand {
  return parseReleaseCommand(text, COMPONENTS);
}

describe("what /release understands", () => {
  const component = "model-pymk";
  const rollback = {
    kind: "rollback",
    component,
    version: null,
    environment: null,
    reason: null,
  } as const;

  it.each<{ text: string; means: ReleaseCommand }>([
    { text: "", means: query({ kind: "overview" }) },
    { text: "   ", means: query({ kind: "overview" }) },
    { text: "help", means: query({ kind: "help" }) },
    { text: "Help me", means: query({ kind: "help" }) },
    { text: "model-pymk", means: query({ kind: "card", component }) },
    { text: "Model-PYMK", means: query({ kind: "card", component }) },
    { text: "model-pymk history", means: query({ kind: "history", component, before: null }) },
    {
      text: "model-pymk history before 2026.11.22-3",
      means: query({ kind: "history", component, before: "2026.11.22-3" }),
    },
    { text: "model-pymk diff", means: query({ kind: "diff", component, from: null, to: null }) },
    { text: "model-pymk diff 2", means: query({ kind: "diff", component, from: null, to: "2" }) },
    { text: "model-pymk diff 1 2", means: query({ kind: "diff", component, from: "1", to: "2" }) },
    { text: "model-pymk watch", means: query({ kind: "watch", component, environment: null }) },
    {
      text: "model-pymk Watch IN production",
      means: query({ kind: "watch", component, environment: "production" }),
    },
    { text: "stats", means: query({ kind: "stats", component: null, period: 720 * HOUR }) },
    { text: "Stats 365d", means: query({ kind: "stats", component: null, period: 8760 * HOUR }) },
    { text: "model-pymk stats", means: query({ kind: "stats", component, period: 720 * HOUR }) },
    { text: "model-pymk stats 7d", means: query({ kind: "stats", component, period: 168 * HOUR }) },
    { text: "model-pymk lineage", means: query({ kind: "lineage", component, version: null }) },
    { text: "model-pymk lineage 1", means: query({ kind: "lineage", component, version: "1" }) },
    {
      text: "model-pymk simulate staging",
      means: query({ kind: "simulate", component, environment: "staging" }),
    },
    {
      text: "model-pymk promote 2026.11.22-3 to production",
      means: action({
        kind: "promote",
        component,
        version: "2026.11.22-3",
        environment: "production",
      }),
    },
    {
      text: "model-pymk PROMOTE v1 TO staging",
      means: action({ kind: "promote", component, version: "v1", environment: "staging" }),
    },
    { text: "model-pymk rollback", means: action(rollback) },
    { text: "model-pymk rollback to 1.2", means: action({ ...rollback, version: "1.2" }) },
    {
      text: "model-pymk rollback in staging",
      means: action({ ...rollback, environment: "staging" }),
    },
    {
      text: "model-pymk rollback to 1.2 in staging",
      means: action({ ...rollback, version: "1.2", environment: "staging" }),
    },
    {
      text: "model-pymk rollback in staging to 1.2 because AUC fell to 0.7",
      means: action({
        ...rollback,
        version: "1.2",
        environment: "staging",
        reason: "AUC fell to 0.7",
      }),
    },
    {
      text: "model-pymk rollback because it is slow",
      means: action({ ...rollback, reason: "it is slow" }),
    },
    {
      text: "model-pymk hold labels are late",
      means: action({ kind: "hold", component, reason: "labels are late" }),
    },
    { text: "model-pymk unhold", means: action({ kind: "unhold", component, environment: null }) },
    {
      text: "model-pymk unhold in production",
      means: action({ kind: "unhold", component, environment: "production" }),
    },
    {
      text: "freeze 24h holiday traffic",
      means: action({
        kind: "freeze",
        component: null,
        duration: 24 * HOUR,
        reason: "holiday traffic",
      }),
    },
    {
      text: "svc-feed freeze 90m cache migration",
      means: action({
        kind: "freeze",
        component: "svc-feed",
        duration: 1.5 * HOUR,
        reason: "cache migration",
      }),
    },
    { text: "unfreeze", means: action({ kind: "unfreeze", component: null }) },
    { text: "svc-feed unfreeze", means: action({ kind: "unfreeze", component: "svc-feed" }) },
  ])("$text", ({ text, means }) => {
    expect(parse(text)).toEqual(means);
  });

  it("reasons as the person typed them, whatever Slack made of them", () => {
    const sent =
      "model-pymk hold <@U0ANA|ana> and <!subteam^S0SRE|@sre> see &lt;0.7 &amp; falling in <#C01|releases>, <https://acme.test/x|acme.test/x> <!here> <@U0BEN>";
    expect(parse(sent)).toEqual(
      action({
        kind: "hold",
        component: "model-pymk",
        reason: "@ana and @sre see <0.7 & falling in #releases, acme.test/x @here @U0BEN",
      }),
    );
  });
});

describe("what /release does not understand", () => {
  it.each([
    {
      text: "model-pym",
      says: "There is no component “model-pym”. Did you mean “/release model-pymk”?",
    },
    { text: "freze 2h x", says: "There is no component “freze”. Did you mean “/release freeze”?" },
    {
      text: "recommender",
      says: "There is no component “recommender”. “/release” shows every component, “/release help” every command.",
    },
    {
      text: "promote model-pymk 1 to production",
      says: "Name the component first: “/release COMPONENT promote VERSION to ENVIRONMENT”.",
    },
    {
      text: "model-pymk promotte 1 to production",
      says: "“promotte” is not a command. Did you mean “/release model-pymk promote VERSION to ENVIRONMENT”?",
    },
    {
      text: "model-pymk explode",
      says: "“explode” is not something that can be asked of model-pymk. Write one of: history, diff, lineage, watch, stats, simulate, promote, rollback, hold, unhold, freeze, unfreeze.",
    },
    {
      text: "model-pymk promote 1 production",
      says: "Write “/release model-pymk promote VERSION to ENVIRONMENT”.",
    },
    {
      text: "model-pymk promote 1 to production now",
      says: "Write “/release model-pymk promote VERSION to ENVIRONMENT”.",
    },
    {
      text: "model-pymk history all",
      says: "Write “/release model-pymk history [before VERSION]”.",
    },
    { text: "model-pymk hold", says: "Write “/release model-pymk hold REASON”." },
    { text: "model-pymk unhold it", says: "Write “/release model-pymk unhold [in ENVIRONMENT]”." },
    ...["production", "to", "to 1 to 2", "in a in b", "to 1 because", "at 1"].map((rest) => ({
      text: `model-pymk rollback ${rest}`,
      says: "Write “/release model-pymk rollback [to VERSION] [in ENVIRONMENT] [because REASON]”.",
    })),
    { text: "freeze", says: "Write “/release freeze DURATION REASON”." },
    { text: "freeze 2h", says: "Write “/release freeze DURATION REASON”." },
    {
      text: "freeze tomorrow because",
      says: "“tomorrow” is not a length of time. Write for example 30m, 24h or 7d, then the reason.",
    },
    {
      text: "svc-feed freeze 0h nothing",
      says: "“0h” is not a length of time. Write for example 30m, 24h or 7d, then the reason.",
    },
    { text: "unfreeze now", says: "Write “/release unfreeze”." },
    {
      text: "model-pymk diff 1 2 3",
      says: "Write “/release model-pymk diff [VERSION [VERSION]]”.",
    },
    { text: "model-pymk lineage 1 2", says: "Write “/release model-pymk lineage [VERSION]”." },
    ...["simulate", "simulate staging now"].map((rest) => ({
      text: `model-pymk ${rest}`,
      says: "Write “/release model-pymk simulate ENVIRONMENT”.",
    })),
    ...["watch production", "watch in", "watch in production now"].map((rest) => ({
      text: `model-pymk ${rest}`,
      says: "Write “/release model-pymk watch [in ENVIRONMENT]”.",
    })),
    { text: "stats 30d now", says: "Write “/release stats [DURATION]”." },
    { text: "model-pymk stats 30d now", says: "Write “/release model-pymk stats [DURATION]”." },
    {
      text: "stats model-pymk",
      says: "“model-pymk” is not a length of time. Write for example 24h, 7d or 90d, or nothing for 30d.",
    },
    {
      text: "model-pymk stats 366d",
      says: "“366d” is too long: statistics go back 365d at most.",
    },
    ...[
      "audit",
      "audit model-pymk before",
      "audit model-pymk before x",
      "audit model-pymk now",
    ].map((text) => ({ text, says: "Write “/release audit COMPONENT [before NUMBER]”." })),
    {
      text: "audit nope",
      says: "There is no component “nope”. “/release” shows every component, “/release help” every command.",
    },
    {
      text: "constructor",
      says: "There is no component “constructor”. “/release” shows every component, “/release help” every command.",
    },
  ])("$text", ({ text, says }) => {
    expect(parse(text)).toEqual({ kind: "misunderstood", sentence: says });
  });

  it.each([
    ["audit model-pymk", null],
    ["AUDIT Model-Pymk before 26", 26],
  ])("asks by “%s” for what is recorded", (text, before) => {
    expect(parse(text)).toEqual(query({ kind: "audit", component: "model-pymk", before }));
  });

  it("prefers a component to a word in its place", () => {
    expect(parseReleaseCommand("stats", ["stats"])).toEqual(
      query({ kind: "card", component: "stats" }),
    );
  });
});
