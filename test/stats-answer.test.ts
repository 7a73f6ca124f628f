import { describe, expect, it } from "vitest";
import { emptyComponent, emptyGlobal } from "../src/core/component.ts";
import type { DomainEvent, Fact } from "../src/core/event.ts";
import type { Policy } from "../src/core/policy.ts";
import { componentStream, GLOBAL_STREAM, type Ledger } from "../src/ledger/ledger.ts";
import { openMemoryLedger } from "../src/ledger/memory-ledger.ts";
import { createStatsAnswer } from "../src/stats-answer.ts";
import { createFakeClock } from "./support/fake-clock.ts";
import { aComponent, aPolicy, MINUTE } from "./support/policies.ts";
import { NOON, type Story, story, storyLive, storyWatching } from "./support/story.ts";

const DAY = 24 * 60 * MINUTE;
const FEED = "svc-feed";
const STILL = aComponent({ name: "svc-still" });

function policyOf(...names: readonly string[]): Policy {
  const components = names.map((name) => [name, aComponent({ name })] as const);
  return { ...aPolicy(), components: Object.fromEntries(components) };
}

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
    readonly policy: Policy;
    readonly now?: number;
  },
): Promise<string> {
  const { component = null, days = 30, policy, now = NOON + 2 * DAY } = question;
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

describe("/release stats", () => {
  it("answers from what was recorded of each component, in its last environment", async () => {
    const feed = policyOf(FEED);
    const policy = { ...policyOf("model-pymk", FEED), ...{} };
    const ledger = await ledgerOf({
      "model-pymk": storyRolledBack(),
      [FEED]: storyLive({ policy: feed }),
    });
    const shown = await answer(ledger, { policy });
    expect(shown).toContain(
      "*All 2 components together:* deployed twice",
    );
  });
});
