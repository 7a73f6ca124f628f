import { startChild } from "../harness/child.ts";
import { held, type Row } from "../harness/row.ts";
import { median, spreadOf } from "../harness/statistics.ts";
import type { Batch, Measured } from "../ledger/sample-commits.ts";
import type { PastDatabase } from "./past-database.ts";

export const ROUNDS = 5;
/** Every component of the large one is written once, and the code is warm. */
const WARM_UP: Batch = { inFlight: 8, commits: 1_000 };
const COST: Batch = { inFlight: 8, commits: 1_000 };
const PROCESS = new URL("database-process.ts", import.meta.url);

/** What a commit costs that follows many past releases, held against one that follows few. */
export async function measureCost(large: PastDatabase, small: PastDatabase): Promise<Row> {
  const ours = await startChild<null>(PROCESS, large);
  const peer = await startChild<null>(PROCESS, small);
  for (const child of [ours, peer]) await child.ask<Measured>(WARM_UP);
  const rounds: { readonly large: number; readonly small: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { seconds } = await ours.ask<Measured>(COST);
    rounds.push({ large: seconds, small: (await peer.ask<Measured>(COST)).seconds });
  }
  await ours.stop();
  await peer.stop();
  const eachCommit = (seconds: readonly number[]) => (median(seconds) / COST.commits) * 1e6;
  const ratios = rounds.map((round) => round.large / round.small);
  const row = {
    name: `history: one commit with ${nameOf(large)} past releases, PostgreSQL`,
    value: eachCommit(rounds.map((round) => round.large)),
    unit: "us",
    peer: `with ${nameOf(small)}`,
    peerValue: eachCommit(rounds.map((round) => round.small)),
    ratio: median(ratios),
    spread: `ratio ${spreadOf(ratios, (ratio) => ratio.toFixed(2))}`,
  };
  return held(row, "ratio", "<=", 1.2);
}

function nameOf({ past }: PastDatabase): string {
  const [components, each] = [past.components, past.releasesEach].map((n) =>
    n.toLocaleString("en"),
  );
  return `${components} x ${each}`;
}
