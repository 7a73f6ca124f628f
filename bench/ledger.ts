import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "./harness/benchmark.ts";
import { type Child, startChild } from "./harness/child.ts";
import type { Row } from "./harness/row.ts";
import { median, spreadOf } from "./harness/statistics.ts";
import { withFolder } from "./harness/temporary-folder.ts";
import { appendOnly } from "./ledger/append-only.ts";
import type { LedgerSettings, Opened } from "./ledger/ledger-process.ts";
import { writePastLedger } from "./ledger/past-ledger.ts";
import type { Batch, Measured } from "./ledger/sample-commits.ts";

type Past = LedgerSettings["past"];

const LARGE: Past = { components: 1_000, releasesEach: 1_000 };
const SMALL: Past = { components: 10, releasesEach: 10 };
const ROUNDS = 5;
/** Every component of the large ledger is written at least once, and the code is warm. */
const WARM_UP: Batch = { inFlight: 8, commits: 2_000 };
/** Long enough for checkpoints to be a part of it. */
const COST: Batch = { inFlight: 8, commits: 4_000 };
const RATES: readonly Batch[] = [
  { inFlight: 1, commits: 500 },
  { inFlight: 16, commits: 4_000 },
  { inFlight: 256, commits: 8_192 },
];
const PROCESS = new URL("ledger/ledger-process.ts", import.meta.url);

export const ledger: Benchmark = {
  method:
    `commits of a new release (state of 30 KB, about 5 KB of journal, fdatasync) to the embedded ledger; ` +
    `medians of ${ROUNDS} rounds, ours and the peer in turn; a ledger in a process of its own`,
  measure: measureLedger,
};

/** The embedded ledger alone: how fast it opens and commits when it is large. */
export function measureLedger(): Promise<readonly Row[]> {
  return withFolder(async (folder) => {
    const [large, small] = [join(folder, "large"), join(folder, "small")];
    for (const directory of [large, small]) mkdirSync(directory);
    await writePastLedger(large, LARGE);
    await writePastLedger(small, SMALL);
    const opening = await measureOpening(large);
    const ours = await open(large, LARGE);
    const peer = await open(small, SMALL);
    const cost = await measureCost(ours, peer);
    const rates = await measureRates(ours, folder);
    const memory = await ours.ask<number>("memory");
    await ours.stop();
    await peer.stop();
    return [...rates, cost, ...opening, memoryRow("memory after these commits", memory)];
  });
}

/** As a start after a clean end; the files are in the page cache. */
async function measureOpening(directory: string): Promise<readonly Row[]> {
  const opened: Opened[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const child = await open(directory, LARGE);
    opened.push(child.ready);
    await child.stop();
  }
  const seconds = opened.map((one) => one.seconds);
  const value = median(seconds);
  const row: Row = {
    ...limited("opening 1,000 components x 1,000 past releases", value, "s"),
    target: "< 2 s",
    ok: value < 2,
    spread: spreadOf(seconds, (one) => `${one.toFixed(2)} s`),
  };
  return [row, memoryRow("memory when it is open", median(opened.map((one) => one.memory)))];
}

async function measureCost(ours: Child<Opened>, peer: Child<Opened>): Promise<Row> {
  for (const child of [ours, peer]) await child.ask<Measured>(WARM_UP);
  const rounds: { readonly large: number; readonly small: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const large = await ours.ask<Measured>(COST);
    const small = await peer.ask<Measured>(COST);
    rounds.push({ large: microseconds(large), small: microseconds(small) });
  }
  const ratios = rounds.map(({ large, small }) => large / small);
  const ratio = median(ratios);
  return {
    name: "ledger: one commit with 1,000 components x 1,000 past releases",
    value: median(rounds.map(({ large }) => large)),
    unit: "us",
    peer: "with 10 x 10",
    peerValue: median(rounds.map(({ small }) => small)),
    ratio,
    target: "ratio <= 1.2",
    ok: ratio <= 1.2,
    spread: `ratio ${spreadOf(ratios, (one) => one.toFixed(2))}`,
  };
}

async function measureRates(ours: Child<Opened>, folder: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const batch of RATES) {
    const rounds: { readonly value: number; readonly peer: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { seconds } = await ours.ask<Measured>(batch);
      rounds.push({ value: batch.commits / seconds, peer: await appendOnly(folder, batch) });
    }
    const ratios = rounds.map(({ value, peer }) => value / peer);
    rows.push({
      name: `ledger: durable commits, ${batch.inFlight} in flight, 1,000 x 1,000`,
      value: median(rounds.map(({ value }) => value)),
      unit: "/s",
      peer: "the same bytes appended and fdatasynced",
      peerValue: median(rounds.map(({ peer }) => peer)),
      ratio: median(ratios),
      target: null,
      ok: null,
      spread: `ratio ${spreadOf(ratios, (one) => one.toFixed(2))}`,
    });
  }
  return rows;
}

function open(directory: string, past: Past): Promise<Child<Opened>> {
  const settings: LedgerSettings = { directory, past };
  return startChild<Opened>(PROCESS, settings);
}

function microseconds({ seconds }: Measured): number {
  return (seconds / COST.commits) * 1e6;
}

function memoryRow(what: string, megabytes: number): Row {
  return { ...limited(what, megabytes, "MB"), target: null, ok: null };
}

function limited(what: string, value: number, unit: string) {
  return { name: `ledger: ${what}`, value, unit, peer: null, peerValue: null, ratio: null };
}
