import { describe, expect, it } from "vitest";
import { emptyComponent, emptyGlobal } from "../src/core/component.ts";
import type { DomainEvent, Fact } from "../src/core/event.ts";
import type { Policy } from "../src/core/policy.ts";
import {
  componentStream,
  GLOBAL_STREAM,
  type Ledger,
  type ReadQuery,
} from "../src/ledger/ledger.ts";
import { openMemoryLedger } from "../src/ledger/memory-ledger.ts";
import { createStatsAnswer } from "../src/stats-answer.ts";
import { createFakeClock } from "./support/fake-clock.ts";
import { aComponent, aPolicy, MINUTE } from "./support/policies.ts";
import {
  bringLive,
  NOON,
  type Story,
  storyAwaitingApproval,
  storyLive,
  storyWatching,
} from "./support/story.ts";

const DAY = 24 * 60 * MINUTE;
const PYMK = aComponent();
const FEED = aComponent({ name: "svc-feed", kind: "service" });
const BOTH = aPolicy(PYMK, FEED);

/** A ledger that holds what happened to these components, and a digest of all of them. */
async function ledgerOf(stories: Readonly<Record<string, Story>>): Promise<Ledger> {
  const ledger = openMemoryLedger({ clock: createFakeClock(NOON) });
  for (const [component, told] of Object.entries(stories)) {
    await record(ledger, component, told.facts());
  }
  await ledger.commit({
    expect: [{ stream: GLOBAL_STREAM, version: 0 }],
    at: NOON,
    by: { kind: "system", name: "clock" },
    writes: [
      {
        stream: GLOBAL_STREAM,
        events: [{ type: "DigestRequested", channel: "C1", since: 0, time: NOON }],
        state: emptyGlobal(),
        archived: [],
      },
    ],
    jobs: [],
    commandIds: [],
  });
  return ledger;
}

async function record(ledger: Ledger, component: string, facts: readonly Fact<DomainEvent>[]) {
  const stream = componentStream(component);
  for (const [version, { at, by, event }] of facts.entries()) {
    await ledger.commit({
      expect: [{ stream, version }],
      at,
      by,
      writes: [{ stream, events: [event], state: emptyComponent(component), archived: [] }],
      jobs: [],
      commandIds: [],
    });
  }
}

async function answer(
  ledger: Pick<Ledger, "read">,
  question: {
    readonly component?: string;
    readonly days?: number;
    readonly policy?: Policy;
    readonly now?: number;
  } = {},
): Promise<string> {
  const { component = null, days = 30, policy = BOTH, now = NOON + 2 * DAY } = question;
  const stats = createStatsAnswer({
    state: { policy: () => policy },
    ledger,
    clock: createFakeClock(now),
  });
  const { blocks } = await stats({ kind: "stats", component, period: days * DAY });
  return JSON.stringify(blocks);
}

/** Release 1 is live, release 2 was rolled back by its watch after 45 s. */
function storyRolledBack(): Story {
  const told = storyWatching();
  told.watch("2", "production", "failure");
  told.wait(45_000);
  told.deployer("production", { kind: "succeeded", detail: null });
  return told;
}

function storyOfFeed(): Story {
  return storyLive({ policy: aPolicy(FEED) });
}

describe("/release stats", () => {
  it("answers from what was recorded of each component, in its last environment", async () => {
    const shown = await answer(
      await ledgerOf({ "model-pymk": storyRolledBack(), "svc-feed": storyOfFeed() }),
    );
    expect(shown).toContain(
      "*All 2 components together:* deployed 2 times, 1 a day · lead time 30 min (of 2 only) · 1 of 3 failed · restored in 45 s (of 1 only) · approved in 0 s (of 3 only)",
    );
    const worst =
      "• *model-pymk* in production: deployed once · lead time 30 min (of 1 only) · 1 of 2 failed · restored in 45 s (of 1 only) · approved in 0 s (of 2 only) · recorded only since";
    const best =
      "• *svc-feed* in production: deployed once · lead time 30 min (of 1 only) · none of 1 failed · approved in 0 s (of 1 only) · recorded only since";
    expect(shown).toContain(worst);
    expect(shown).toContain(best);
    expect(shown.indexOf(worst)).toBeLessThan(shown.indexOf(best));
  });

  it("reads only the record of the component that it was asked of", async () => {
    const ledger = await ledgerOf({ "model-pymk": storyRolledBack(), "svc-feed": storyOfFeed() });
    const queries: ReadQuery[] = [];
    const read = (query: ReadQuery) => {
      queries.push(query);
      return ledger.read(query);
    };
    const shown = await answer({ read }, { component: "svc-feed" });
    expect(shown).toContain("*Changes that failed:* none of 1");
    expect(shown).not.toContain("model-pymk");
    expect(queries).toEqual([
      { stream: componentStream("svc-feed"), since: NOON + 2 * DAY - 60 * DAY },
    ]);
  });

  it("counts nothing that was before the time that was asked for", async () => {
    const ledger = await ledgerOf({ "model-pymk": storyRolledBack() });
    const now = NOON + 8 * DAY;
    const policy = aPolicy(PYMK);
    expect(await answer(ledger, { policy, now, days: 7 })).toContain(
      "• *model-pymk* in production: nothing was deployed",
    );
    expect(await answer(ledger, { policy, now, days: 9 })).toContain("deployed once");
  });

  it("says that a lead time is unknown whose build is too long ago to be read", async () => {
    const told = storyAwaitingApproval();
    told.wait(70 * DAY);
    bringLive(told, "1");
    const ledger = await ledgerOf({ "model-pymk": told });
    const asked = { component: "model-pymk", now: NOON + 71 * DAY };
    const late = await answer(ledger, { ...asked, days: 30 });
    expect(late).toContain("*Deployed into production:* once");
    expect(late).toContain("*Lead time:* unknown");
    expect(late).not.toContain("recorded only since");
    expect(await answer(ledger, { ...asked, days: 60 })).toContain("*Lead time:* 70 d (of 1 only)");
  });

  it("says that a component is not configured, and where they are configured", async () => {
    const ledger = await ledgerOf({});
    expect(await answer(ledger, { component: "gone" })).toContain("gone is not configured");
    const none = { ...BOTH, components: {} };
    expect(await answer(ledger, { policy: none })).toContain("Components are configured in");
  });
});
