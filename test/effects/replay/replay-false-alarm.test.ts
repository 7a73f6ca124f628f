import { describe, expect, it } from "vitest";
import type { Episode } from "../../../src/core/episodes/episode.ts";
import { episodesOf } from "../../../src/core/episodes/episodes-of.ts";
import type { GuardPolicy, WatchCheck } from "../../../src/core/watch-policy.ts";
import { createEpisodeReplayer } from "../../../src/effects/replay/replay-episode.ts";
import { createFalseAlarmReplay } from "../../../src/effects/replay/replay-false-alarm.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createFakeMetricSource } from "../../support/fake-metric-source.ts";
import {
  aCheck,
  aComponent,
  aGuard,
  anEnvironment,
  aPolicy,
  aWatch,
  MINUTE,
} from "../../support/policies.ts";
import { anAssessment, NOON, type Story, story } from "../../support/story.ts";

const OK = { kind: "succeeded", detail: null } as const;
const ALARM = { component: "model-pymk", version: "3", environment: "production" };
const CHECK = aCheck({
  measure: { kind: "value", query: 'success_rate{version="{{version}}"}' },
  consecutiveFailures: 3,
});

/** Version 1 is good, 2 was bad and rolled back, 3 has just been rolled back. */
function lives(...checks: readonly WatchCheck[]): Story {
  const watch = aWatch({ checks: checks.length === 0 ? [CHECK] : checks });
  const names =
    checks.length < 2 ? ["success rate"] : [...checks.map(({ name }) => name), "errors"];
  const policy = aPolicy(
    aComponent({ gates: [], environments: [anEnvironment("production", { watch })] }),
  );
  const told = story({ policy });
  const release = (version: string) => {
    told.build(version);
    told.deployer("production", OK);
  };
  release("1");
  told.wait(30 * MINUTE);
  told.watch("1", "production", "success");
  for (const version of ["2", "3"]) {
    told.wait(MINUTE);
    if (version === "3") told.tell({ type: "Review", component: "model-pymk" });
    release(version);
    told.wait(10 * MINUTE);
    told.watch(version, "production", ...names.map((name) => anAssessment("failure", name)));
    told.deployer("production", OK);
    if (version === "2") {
      const unhold = {
        type: "Unhold",
        component: "model-pymk",
        environment: "production",
      } as const;
      const lea = {
        kind: "person",
        id: "ULEA",
        name: "Lea",
        identities: [],
        fullMember: true,
      } as const;
      told.tell({
        ...unhold,
        person: lea,
        directory: { "@pymk-owners": ["ULEA"], "@admins": ["ULEA"] },
      });
    }
  }
  return told;
}

/** Version 3 passed its watch; an hour later it is bad for four minutes, and its guard asks. */
function guarded(guard: GuardPolicy): Story {
  const on = { failure: "ask", inconclusive: "ask", error: "ask" } as const;
  const watch = aWatch({ checks: [CHECK], guard: { ...guard, on } });
  const environments = [anEnvironment("production", { watch })];
  const told = story({ policy: aPolicy(aComponent({ gates: [], environments })) });
  told.build("3");
  told.deployer("production", OK);
  told.wait(30 * MINUTE);
  told.watch("3", "production", "success");
  told.wait(65 * MINUTE);
  told.guard("3", "production", anAssessment("failure", "success rate"));
  told.wait(20 * MINUTE);
  return told;
}

function setUp(told: Story, readEpisodes?: () => Promise<readonly Episode[]>) {
  const clock = createFakeClock(told.now() + MINUTE);
  const source = createFakeMetricSource();
  const startOf = (version: string) =>
    episodesOf("model-pymk", told.facts()).find((one) => one.version === version)?.from ?? NOON;
  // Version 3 is bad for four minutes, version 2 for good.
  source.answer(({ query, from, to, step }) => {
    const version = /version="(\d)"/.exec(query)?.[1] ?? "";
    const samples = [];
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
      const minute = Math.floor((at - startOf(version)) / MINUTE);
      const isBad =
        version === "2"
          ? minute >= 1
          : (minute >= 2 && minute < 6) || (minute >= 90 && minute < 94);
      samples.push({ at, value: isBad ? 0.5 : 0.99 });
    }
    return { kind: "samples", samples };
  });
  const replay = createFalseAlarmReplay({
    state: { component: async () => told.state(), policy: told.policy },
    episodes: readEpisodes ?? (async () => episodesOf("model-pymk", told.facts())),
    replayer: createEpisodeReplayer({ sources: () => ({ prom: source }), clock }),
    clock,
  });
  return { replay, source, clock };
}

describe("the replay of a false alarm", () => {
  it("proposes the smallest change that stays quiet and still finds the bad release", async () => {
    const { replay } = setUp(lives());
    const answer = await replay(ALARM);
    expect(answer).toMatchObject({
      kind: "replayed",
      checks: [
        {
          check: "success rate",
          results: [
            { result: "failed", bad: [] },
            { result: "quiet", bad: ["failed"] },
            { result: "quiet", bad: ["failed"] },
          ],
          proposal: {
            check: "success rate",
            diff: ["- consecutiveFailures: 3", "+ consecutiveFailures: 5"],
            sentence:
              "With 5 failures in a row instead of 3 it would have stayed quiet, and it still finds the one bad release that it was tried on.",
          },
        },
      ],
      notes: [],
    });
  });

  it("is of each check that failed, and names those that cannot be replayed", async () => {
    const fixed = aCheck({
      ...CHECK,
      name: "fixed",
      consecutiveFailures: null,
      failureLimit: null,
    });
    const second = aCheck({ ...CHECK, name: "latency" });
    const told = lives(CHECK, second, fixed);
    const { replay } = setUp(told);
    const answer = await replay(ALARM);
    expect(answer).toMatchObject({
      kind: "replayed",
      checks: [
        {
          check: "success rate",
          proposal: { diff: ["- consecutiveFailures: 3", "+ consecutiveFailures: 5"] },
        },
        { check: "latency", proposal: { check: "latency" } },
      ],
      notes: [
        "fixed has no limits that could be wider",
        "errors is not configured, or an alert of another system",
      ],
    });
  });

  it("is of the looks of the guard where that had failed, from the one that did", async () => {
    const guard = aGuard({ every: MINUTE, window: 10 * MINUTE, checks: [CHECK] });
    const told = guarded(guard);
    const { replay, source } = setUp(told);
    const answer = await replay(ALARM);
    expect(answer).toMatchObject({
      kind: "replayed",
      checks: [
        {
          check: "success rate",
          results: [{ result: "failed" }, { result: "passed" }, { result: "passed" }],
          proposal: { diff: ["- consecutiveFailures: 3", "+ consecutiveFailures: 5"] },
        },
      ],
    });
    const { since = 0 } = told.promotion("3", "production").guard ?? {};
    expect(Math.min(...source.asked().map(({ from }) => from))).toBeGreaterThanOrEqual(since);
  });

  it("is asked for once, however often it is looked at", async () => {
    const { replay, source } = setUp(lives());
    await Promise.all([replay(ALARM), replay(ALARM)]);
    const asked = source.asked().length;
    await replay(ALARM);
    expect(source.asked()).toHaveLength(asked);
    expect(asked).toBe(2);
  });

  it("gives up in time, and says so", async () => {
    const { replay, source, clock } = setUp(lives());
    source.goSilent();
    const answer = replay(ALARM);
    await clock.advance(12_000);
    expect(await answer).toEqual({ kind: "none", why: "the replay took too long within 12 s" });
  });

  it("says which bad releases did not come in time, and proposes all the same", async () => {
    const { replay, source, clock } = setUp(lives());
    const range = source.range;
    const slow = {
      ...source,
      range: (...[query, signal]: Parameters<typeof range>) => {
        if (query.query.includes('"2"')) source.goSilent();
        return range(query, signal);
      },
    };
    Object.assign(source, { range: slow.range });
    const answer = replay(ALARM);
    await clock.advance(12_000);
    expect(await answer).toMatchObject({
      kind: "replayed",
      checks: [{ proposal: { diff: ["- consecutiveFailures: 3", "+ consecutiveFailures: 5"] } }],
      notes: ["1 of 1 bad releases could not be replayed in time"],
    });
  });

  it("says when the source has nothing of that time", async () => {
    const { replay, source } = setUp(lives());
    source.answer({ kind: "samples", samples: [] });
    expect(await replay(ALARM)).toEqual({
      kind: "none",
      why: "the source has nothing of this time",
    });
  });

  it.each([
    {
      what: "no check has failed",
      alarm: { ...ALARM, version: "1" },
      why: "no check of it has failed",
    },
    {
      what: "nobody knows it",
      alarm: { ...ALARM, version: "9" },
      why: "no check of it has failed",
    },
  ])("is none of a release of which $what", async ({ alarm, why }) => {
    expect(await setUp(lives()).replay(alarm)).toEqual({ kind: "none", why });
  });

  it("is none when the check is not configured any more", async () => {
    const told = lives(aCheck({ ...CHECK, name: "latency" }));
    expect(await setUp(told).replay(ALARM)).toEqual({
      kind: "none",
      why: "its checks are not configured any more, or were alerts of another system",
    });
  });

  it("is none when the ledger cannot be read", async () => {
    const broken = () => Promise.reject(new Error("the ledger is closed"));
    expect(await setUp(lives(), broken).replay(ALARM)).toEqual({
      kind: "none",
      why: "the ledger is closed",
    });
    expect(await setUp(lives(), async () => []).replay(ALARM)).toEqual({
      kind: "none",
      why: "the ledger does not say when it took traffic",
    });
  });
});
