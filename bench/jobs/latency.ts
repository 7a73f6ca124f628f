import { held, type Row } from "../harness/row.ts";
import { median, percentile, spreadOf } from "../harness/statistics.ts";
import type { Contestant, Engines } from "./contestants.ts";

export const ROUNDS = 3;
export const WARM_UP = 50;
export const SAMPLES = 200;

/** Where the job is begun: where it was handed over, or in the only other process, which works. */
type Where = "same process" | "other process";

type Latencies = readonly number[];

/** Milliseconds from handing a job over to its being begun, of each engine in turn. */
export async function measureLatency(
  { ours, peers }: Engines,
  where: Where,
): Promise<readonly Row[]> {
  const measure = where === "same process" ? inOneProcess : inTwoProcesses;
  const rounds: { readonly ours: Latencies; readonly peers: readonly (Latencies | null)[] }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const own = await measure(await ours());
    const others: (Latencies | null)[] = [];
    for (const { begin } of peers) {
      others.push(begin === null ? null : await measure(await begin()));
    }
    rounds.push({ ours: own, peers: others });
  }
  const rows = (name: string, share: number) =>
    peers.map((peer, index) =>
      rowOf(
        `jobs: enqueue to run, ${where}, ${name}`,
        peer.name,
        rounds.map((round) => {
          const latencies = round.peers[index] ?? null;
          return {
            value: percentile(round.ours, share),
            peer: latencies === null ? null : percentile(latencies, share),
          };
        }),
      ),
    );
  const free = (row: Omit<Row, "target" | "ok">): Row => ({ ...row, target: null, ok: null });
  const p50 = rows("p50", 0.5);
  return [
    // Whoever hands a job over mostly runs it: the others are told of it a little later.
    ...(where === "same process" ? p50.map((row) => held(row, "value", "<", 5)) : p50.map(free)),
    ...rows("p99", 0.99).map(free),
  ];
}

function rowOf(
  name: string,
  peer: string,
  rounds: readonly { readonly value: number; readonly peer: number | null }[],
): Omit<Row, "target" | "ok"> {
  const values = rounds.map(({ value }) => value);
  const paired = rounds.flatMap(({ value, peer }) => (peer === null ? [] : [{ value, peer }]));
  const isPaired = paired.length > 0;
  return {
    name,
    value: median(values),
    unit: "ms",
    peer,
    peerValue: isPaired ? median(paired.map((round) => round.peer)) : null,
    ratio: isPaired ? median(paired.map((round) => round.value / round.peer)) : null,
    spread: spreadOf(values, (value) => value.toFixed(1)),
  };
}

async function inOneProcess(contestant: Contestant): Promise<Latencies> {
  const both = await contestant.start("run");
  await both.ask({ latencies: { from: 0, count: WARM_UP } });
  const latencies = await both.ask<Latencies>({ latencies: { from: WARM_UP, count: SAMPLES } });
  await both.kill();
  return latencies;
}

async function inTwoProcesses(contestant: Contestant): Promise<Latencies> {
  const sender = await contestant.start("none");
  const worker = await contestant.start("run");
  const latencies: number[] = [];
  for (let job = 0; job < WARM_UP + SAMPLES; job += 1) {
    const [handedOver, begun] = await Promise.all([
      sender.ask<number>({ add: job }),
      worker.ask<number>({ begun: job }),
    ]);
    latencies.push(begun - handedOver);
  }
  await sender.kill();
  await worker.kill();
  return latencies.slice(WARM_UP);
}
