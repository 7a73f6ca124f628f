import { expect, it } from "vitest";
import {
  type ChannelTrouble,
  Troubles,
  troubleOf,
} from "../../../src/effects/slack/channel-trouble.ts";
import { SlackCallError } from "../../../src/effects/slack/slack-call-error.ts";
import { tellOwners } from "../../../src/effects/slack/tell-owners.ts";
import { captureLogs } from "../../support/captured-logger.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const PLACE = { channel: "releases", component: "model-pymk" };
const TROUBLE: ChannelTrouble = {
  ...PLACE,
  kind: "channel",
  code: "is_archived",
  sentence:
    "Messages of model-pymk cannot be written to #releases: Slack's chat.postMessage failed: is_archived; unarchive the channel, or name another one in the configuration",
};

it("is what a person must mend, and nothing else", () => {
  const troubleFrom = (code: string) =>
    troubleOf(new SlackCallError("chat.postMessage", code), PLACE);
  expect(troubleFrom("is_archived")).toEqual(TROUBLE);
  expect(troubleFrom("missing_scope")?.code).toBe("missing_scope");
  expect(["ratelimited", "fatal_error", "message_not_found"].map(troubleFrom)).toEqual([
    null,
    null,
    null,
  ]);
  expect(troubleOf(new Error("no"), PLACE)).toBeNull();
});

it("is news once, until it is over or becomes another", () => {
  const news: string[] = [];
  const troubles = new Troubles(({ code }) => news.push(code), createFakeClock());
  troubles.raise(TROUBLE);
  troubles.raise({ ...TROUBLE, code: "not_in_channel" });
  expect(troubles.list()).toEqual([{ ...TROUBLE, code: "not_in_channel" }]);
  troubles.raise({ ...TROUBLE, kind: "credentials", code: "missing_scope" });
  troubles.raise({ ...TROUBLE, channel: "elsewhere" });
  troubles.clear("svc-feed");
  expect(troubles.list()).toEqual([{ ...TROUBLE, channel: "elsewhere" }]);
  troubles.clear("model-pymk");
  expect(troubles.list()).toEqual([]);
  troubles.raise(TROUBLE);
  expect(news).toEqual(["is_archived", "missing_scope", "is_archived", "is_archived"]);
});

it("is listed no more when nobody has met it again: another replica may have written since", async () => {
  const clock = createFakeClock();
  const news: string[] = [];
  const troubles = new Troubles(({ code }) => news.push(code), clock);
  troubles.raise(TROUBLE);
  await clock.advance(20 * 60_000);
  troubles.raise(TROUBLE);
  await clock.advance(29 * 60_000);
  expect(troubles.list()).toEqual([TROUBLE]);
  await clock.advance(60_000);
  expect(troubles.list()).toEqual([]);
  expect(news).toEqual(["is_archived"]);
});

it("is told to each owner once, directly, and to the others where one cannot be told", async () => {
  const told: { readonly user: string; readonly text: string }[] = [];
  const { logger: log, lines } = captureLogs();
  const people = await tellOwners({
    trouble: TROUBLE,
    owners: ["@ml-leads", "ana@acme.test", "@gone"],
    directory: {
      resolve: async () => ({
        "@ml-leads": ["U0ANA", "U0BEN"],
        "ana@acme.test": ["U0ANA"],
        "@gone": null,
      }),
    },
    answers: {
      async direct(user, { text }) {
        if (user === "U0BEN") throw new Error("user_disabled");
        told.push({ user, text });
      },
    },
    log,
  });
  expect(people).toEqual(["U0ANA"]);
  expect(told).toEqual([{ user: "U0ANA", text: TROUBLE.sentence }]);
  expect(lines).toMatchObject([{ level: "warn", msg: "owner not told", person: "U0BEN" }]);
});

it("that no owner could be told of is an error in the log", async () => {
  const { logger: log, lines } = captureLogs();
  const people = await tellOwners({
    trouble: TROUBLE,
    owners: ["@gone"],
    directory: { resolve: async () => ({ "@gone": null }) },
    answers: { direct: async () => {} },
    log,
  });
  expect(people).toEqual([]);
  expect(lines).toMatchObject([{ level: "error", msg: "no owner could be told" }]);
});
