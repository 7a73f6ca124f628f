import type { Claim, Settlement } from "../../src/core/job.ts";
import {
  Conflict,
  componentStream,
  Duplicate,
  Fenced,
  type Ledger,
} from "../../src/ledger/ledger.ts";
import { aCommit, aJob, aRelease, aWrite } from "./ledger-samples.ts";
import type { SeededRandom } from "./seeded-random.ts";

const WRITERS = 16;
export const COMPONENTS = Array.from({ length: 20 }, (_, n) => `svc-${n}`);
/** Every so many versions a stream archives a release, whose sequence is the version. */
export const ARCHIVE_EVERY = 5;

/** What the workload did, told before it is tried, or after the ledger has said that it is done. */
export type WorkloadNote =
  | { readonly kind: "committed"; readonly component: string; readonly version: number }
  | { readonly kind: "claimed"; readonly key: string; readonly attempt: number }
  | { readonly kind: "settling"; readonly key: string }
  | { readonly kind: "settled"; readonly key: string };

/** The id by which a commit of the workload is recognised when it comes again. */
export function commandIdOf(component: string, version: number): string {
  return `command:${component}:${version}`;
}

/** Every version brings a job along. */
export function jobKeyOf(component: string, version: number): string {
  return `job:${component}:${version}`;
}

/** Sixteen writers that commit, claim and settle without pause until the ledger takes nothing any more. */
export async function runWorkload(
  ledger: Ledger,
  random: SeededRandom,
  note: (note: WorkloadNote) => void,
): Promise<void> {
  const writers = Array.from({ length: WRITERS }, async () => {
    for (;;) {
      const component = random.pick(COMPONENTS);
      await commitNext(ledger, component, random, note);
      if (random.chance(0.5)) await workOn(ledger, random, note);
    }
  });
  await Promise.all(writers);
}

async function commitNext(
  ledger: Ledger,
  component: string,
  random: SeededRandom,
  note: (note: WorkloadNote) => void,
): Promise<void> {
  const stream = componentStream(component);
  const version = (await ledger.load(stream)).version + 1;
  const id = `${component}@${version}.0.0`;
  const archived = version % ARCHIVE_EVERY === 0 ? [aRelease(version, { id })] : [];
  const key = jobKeyOf(component, version);
  const lane = random.chance(0.5) ? `lane:${component}` : null;
  try {
    await ledger.commit(
      aCommit({
        expect: [{ stream, version: version - 1 }],
        writes: [aWrite({ stream, count: version, archived })],
        jobs: [aJob({ component, key, lane })],
        commandIds: [commandIdOf(component, version)],
      }),
    );
    note({ kind: "committed", component, version });
  } catch (error) {
    // Somebody else was quicker; the same version is the same command.
    if (!(error instanceof Conflict || error instanceof Duplicate)) throw error;
  }
}

async function workOn(
  ledger: Ledger,
  random: SeededRandom,
  note: (note: WorkloadNote) => void,
): Promise<void> {
  const claims = await ledger.claim(["review"], 1 + random.below(3), 60_000, Date.now());
  for (const { key, attempt } of claims) note({ kind: "claimed", key, attempt });
  for (const claim of claims) {
    // Some claims are left behind, as by a worker that died.
    if (random.chance(0.1)) continue;
    await settle(ledger, claim, random, note);
  }
}

async function settle(
  ledger: Ledger,
  claim: Claim,
  random: SeededRandom,
  note: (note: WorkloadNote) => void,
): Promise<void> {
  const settlement: Settlement = random.chance(0.2)
    ? { kind: "retry", at: Date.now(), error: "503" }
    : { kind: "done" };
  if (settlement.kind === "done") note({ kind: "settling", key: claim.key });
  try {
    await ledger.settle(claim, settlement, null);
    if (settlement.kind === "done") note({ kind: "settled", key: claim.key });
  } catch (error) {
    if (!(error instanceof Fenced)) throw error;
  }
}
