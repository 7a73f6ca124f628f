import type { TestCounts } from "../../core/build.ts";
import type { Release, ReleaseStatus } from "../../core/release.ts";
import { SHOWN } from "../limits.ts";
import { version, versionOf } from "../subject.ts";
import { counted } from "../text/lines.ts";
import { actor } from "../text/mention.ts";
import { line, link, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { type Plain, plain } from "../text/plain.ts";
import { time } from "../text/time.ts";
import type { ReleaseView } from "../view.ts";
import { brakeLines, freezesOf, holdsOn } from "./brakes.ts";
import type { Headline } from "./headline.ts";

type Status<K extends ReleaseStatus["kind"]> = Extract<ReleaseStatus, { readonly kind: K }>;

const CHECKS_SHOWN = 3;

const OUTCOMES: Readonly<Record<Status<"failed">["outcome"], Plain>> = {
  failure: plain`build failed`,
  cancelled: plain`build was cancelled`,
  error: plain`build ended in an error`,
};

export function failedBuildHeadline({ build }: Release, { outcome }: Status<"failed">): Headline {
  return {
    symbol: outcome === "cancelled" ? "⏹️" : "❌",
    news: OUTCOMES[outcome],
    more: plain`It cannot be promoted.`,
    lines: [
      build.run === null
        ? md`It cannot be promoted. The next build makes a new release.`
        : md`It cannot be promoted. Look at ${link(build.run.url, `run ${build.run.id}`)}; the next build makes a new release.`,
      ...testLines(build.tests),
      ...build.checks
        .filter(({ status }) => status === "fail" || status === "error")
        .slice(0, CHECKS_SHOWN)
        .map(({ name, actual }) =>
          actual === null ? md`❌ Failed: *${name}*` : md`❌ Failed: *${name}*, ${actual}`,
        ),
    ],
    environment: null,
  };
}

function testLines(tests: TestCounts | null): readonly Mrkdwn[] {
  if (tests === null || tests.failed === 0) return [];
  const all = tests.failed + tests.passed;
  return [md`❌ Failed: ${tests.failed} of ${counted(all, "test", "tests")}`];
}

export function supersededReleaseHeadline(
  { state }: ReleaseView,
  { by, at }: Status<"superseded">,
): Headline {
  return {
    symbol: "⏭️",
    news: plain`superseded by ${versionOf(state.component, by)}`,
    more: null,
    lines: [md`Superseded ${time(at)} by ${version(state.component, by)}.`],
    environment: null,
  };
}

export function rejectedReleaseHeadline({ by, at, reason }: Status<"rejected">): Headline {
  return {
    symbol: "🚫",
    news: plain`rejected`,
    more: null,
    lines: [md`Rejected by ${actor(by)} ${time(at)}: ${line(reason, SHOWN.reason)}`],
    environment: null,
  };
}

/** A release for which nobody and nothing has asked yet. */
export function candidateHeadline(view: ReleaseView): Headline {
  const { policy, release, state, offers } = view;
  const first = policy?.environments[0]?.name ?? null;
  if (first === null) {
    return {
      symbol: "📦",
      news: plain`built`,
      more: null,
      lines: [md`*${state.component}* is no longer configured, so nothing follows.`],
      environment: null,
    };
  }
  const results = release.gates[first]?.results ?? [];
  const blocked = results.filter(({ blocks }) => blocks).length;
  if (blocked > 0) {
    return {
      symbol: "⛔",
      news: plain`blocked by its gates for ${first}`,
      more: plain`${counted(blocked, "gate does", "gates do")} not pass.`,
      lines: [
        md`${counted(blocked, "gate keeps", "gates keep")} it from *${first}*. The next build makes a new release.`,
      ],
      environment: first,
    };
  }
  const lines = brakeLines(view, first);
  if (freezesOf(view).length > 0) {
    return { symbol: "❄️", news: plain`frozen`, more: null, lines, environment: first };
  }
  if (holdsOn(state, first).length > 0) {
    return { symbol: "🔒", news: plain`held in ${first}`, more: null, lines, environment: first };
  }
  const offered = offers.some(({ kind }) => kind === "promote");
  return {
    symbol: "🆕",
    news: offered ? plain`ready for ${first}` : plain`built`,
    more: null,
    lines: [md`Registered ${time(release.registeredAt)}.`],
    environment: first,
  };
}
