import type { Benchmark } from "./harness/benchmark.ts";
import { type Child, startChild } from "./harness/child.ts";
import { held, type Row } from "./harness/row.ts";
import { median, spreadOf } from "./harness/statistics.ts";
import { withFolder } from "./harness/temporary-folder.ts";
import { appendOnly } from "./ledger/append-only.ts";
import type { LedgerSettings, Opened } from "./ledger/ledger-process.ts";
import { linkedCopy } from "./ledger/linked-copy.ts";
import type { Batch, Measured } from "./ledger/sample-commits.ts";
import { pastLedger } from "./world/past-folder.ts";

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

function measureLedger(): Promise<readonly Row[]> {
  return withFolder(async (folder) => {
    const large = linkedCopy(await pastLedger(LARGE));
    const small = linkedCopy(await pastLedger(SMALL));
    const opening = await measureOpening(large);
    const ours = await open(large, LARGE);
    const peer = await open(small, SMALL);
    const cost = await measureCost(ours, peer);
    const rates = await measureRates(ours, folder);
    const memory = await ours.ask<number>("memory");
    await ours.stop();
    await peer.stop();
    return [...opening, ...cost, ...rates, alone("memory after these commits", memory, "MB")];
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
  const cpuSeconds = opened.map((one) => one.cpuSeconds);
  const row = alone("opening 1,000 components x 1,000 past releases", median(seconds), "s");
  return [
    held({ ...row, spread: spreadOf(seconds, (one) => one.toFixed(2)) }, "value", "<", 2),
    {
      ...alone("CPU time of that", median(cpuSeconds), "s"),
      spread: spreadOf(cpuSeconds, (one) => one.toFixed(2)),
    },
    alone("memory when it is open", median(opened.map((one) => one.memory)), "MB"),
  ];
}

async function measureCost(ours: Child<Opened>, peer: Child<Opened>): Promise<readonly Row[]> {
  for (const child of [ours, peer]) await child.ask<Measured>(WARM_UP);
  const rounds: { readonly large: Measured; readonly small: Measured }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const large = await ours.ask<Measured>(COST);
    rounds.push({ large, small: await peer.ask<Measured>(COST) });
  }
  const row = (name: string, what: keyof Measured): Row => {
    const ratios = rounds.map(({ large, small }) => large[what] / small[what]);
    return {
      ...alone(name, eachCommit(rounds.map(({ large }) => large[what])), "us"),
      peer: "with 10 x 10",
      peerValue: eachCommit(rounds.map(({ small }) => small[what])),
      ratio: median(ratios),
      spread: `ratio ${spreadOf(ratios, (one) => one.toFixed(2))}`,
    };
  };
  return [
    held(row("one commit with 1,000 x 1,000 past releases", "seconds"), "ratio", "<=", 1.2),
    row("CPU time of that", "cpuSeconds"),
  ];
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
      ...alone(
        `durable commits, ${batch.inFlight} in flight`,
        median(rounds.map(({ value }) => value)),
        "/s",
      ),
      peer: "the same bytes appended and fdatasynced",
      peerValue: median(rounds.map(({ peer }) => peer)),
      ratio: median(ratios),
      spread: `ratio ${spreadOf(ratios, (one) => one.toFixed(2))}`,
    });
  }
  return rows;
}

function open(directory: string, past: Past): Promise<Child<Opened>> {
  const settings: LedgerSettings = { directory, past };
  return startChild<Opened>(PROCESS, settings);
}

/** Microseconds, of the seconds of some rounds. */
function eachCommit(seconds: readonly number[]): number {
  return (median(seconds) / COST.commits) * 1e6;
}

/** A row with nothing to be held against. */
function alone(what: string, value: number, unit: string): Row {
  const nothing = { peer: null, peerValue: null, ratio: null, target: null, ok: null };
  return { name: `ledger: ${what}`, value, unit, ...nothing };
}
