import type { Ledger } from "../../src/ledger/ledger.ts";
import { claimReviews, recorded } from "../contracts/ledger/set-up.ts";
import { embeddedLedger } from "./embedded-ledger.ts";
import type { FakeClock } from "./fake-clock.ts";
import { aCommit, aJob, aRelease, aWrite, NOON } from "./ledger-samples.ts";

export const COMPONENTS = ["svc-feed", "model-pymk", "svc-ads"] as const;
const VERSIONS = 12;

/** A folder with something of everything, in files of the archive and in the journal. */
export async function filledFolder(): Promise<{ readonly directory: string }> {
  const { open, reopen, clock, directory } = embeddedLedger({
    segmentBytes: 4_000,
    checkpointEvery: 2,
  });
  await fillLedger(await open(), clock);
  const again = await reopen();
  // Behind the last checkpoint, in the journal alone.
  await grow(again, "svc-feed", VERSIONS + 1);
  await again.close();
  return { directory };
}

/**
 * Events of three streams, releases that were archived twice, and jobs: in lanes, put off, tried before,
 * behind one of their key, and dead ones.
 */
export async function fillLedger(ledger: Ledger, clock: FakeClock): Promise<void> {
  for (let version = 1; version <= VERSIONS; version += 1) {
    for (const component of COMPONENTS) await grow(ledger, component, version);
  }
  const state = { ...aWrite({ stream: "global" }), events: [] };
  await ledger.commit(aCommit({ writes: [state], commandIds: ["only a state"] }));
  await leaveJobsBehind(ledger, clock);
}

export function commandIdOf(component: string, version: number): string {
  return `command:${component}:${version}`;
}

async function grow(ledger: Ledger, component: string, version: number): Promise<void> {
  const stream = `component/${component}`;
  // The second time as something else: the last one counts.
  const archived = [Math.max(1, version - 3), version].map((sequence) =>
    aRelease(sequence, { id: `${component}@${sequence}.0.0`, revision: version }),
  );
  await ledger.commit(
    aCommit({
      expect: [{ stream, version: version - 1 }],
      at: NOON + version,
      writes: [aWrite({ stream, count: version, archived: version % 2 === 0 ? archived : [] })],
      commandIds: [commandIdOf(component, version)],
    }),
  );
}

async function leaveJobsBehind(ledger: Ledger, clock: FakeClock): Promise<void> {
  const lane = "lane:svc-feed";
  const failing = ["dead-1", "dead-2"].map((key) => aJob({ key, runAt: NOON - 10 }));
  const jobs = [
    ...["first", "second"].map((key) => aJob({ key, lane })),
    aJob({ key: "later", runAt: NOON + 3_600_000 }),
    aJob({ key: "of another", component: "svc-ads", lane: "lane:svc-ads" }),
  ];
  const tried = aJob({ key: "tried", runAt: NOON - 5 });
  await ledger.commit(aCommit({ jobs: [...failing, tried] }));
  for (const claim of await claimReviews(ledger, clock)) {
    const isDead = claim.key.startsWith("dead");
    const error = "zero \0 in it";
    const settlement = isDead
      ? ({ kind: "dead", error } as const)
      : ({ kind: "retry", at: NOON + 1, error } as const);
    await ledger.settle(claim, settlement, null);
  }
  const claimed = aJob({ key: "claimed", runAt: NOON - 1 });
  await ledger.commit(aCommit({ jobs: [claimed] }));
  await claimReviews(ledger, clock, 1);
  await ledger.commit(aCommit({ jobs: [{ ...claimed, runAt: NOON + 2 }, ...jobs] }));
}

/** What every question of the port is answered with, but for those that change something. */
export async function answersOf(ledger: Ledger) {
  const streams = [...(await ledger.versions()).keys()].toSorted();
  const loaded = [];
  for (const stream of [...streams, "global", "component/nobody"]) {
    loaded.push([
      ...[stream, await ledger.load(stream)],
      ...[await recorded(ledger, { stream, since: NOON + 6 })],
      ...[await ledger.archivedReleases(stream, { before: null, limit: 5 })],
      ...[await ledger.archivedReleases(stream, { before: "svc-feed@8.0.0", limit: 100 })],
      ...[await ledger.archivedRelease(stream, "svc-feed@5.0.0")],
    ]);
  }
  const dead = (await ledger.deadJobs()).map((job) => ({
    ...job,
    error: job.error.replaceAll("\0", "\ufffd"),
  }));
  return { streams, loaded, dead, events: await recorded(ledger), jobs: await ledger.jobs(NOON) };
}

/** The jobs in the order in which they run, each with its try; ends them all. */
export async function jobsInTheirOrder(ledger: Ledger, clock: FakeClock) {
  const order: unknown[] = [];
  for (;;) {
    const claims = await ledger.claim(["review"], 100, 60_000, NOON + 7_200_000);
    if (claims.length === 0) return order;
    for (const claim of claims) {
      const { key, attempt, due, body } = claim;
      order.push({ key, attempt, due, body });
      await ledger.settle(claim, { kind: "done" }, null);
    }
    await clock.advance(1);
  }
}
