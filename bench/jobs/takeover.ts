import { setTimeout } from "node:timers/promises";
import { held, type Row } from "../harness/row.ts";
import { median, spreadOf } from "../harness/statistics.ts";
import type { Contestant, Engines } from "./contestants.ts";

export const ROUNDS = 3;
/** Seconds that a takeover is waited for. */
export const LIMIT = 10;
export const LONG_LIMIT = 75;
/** Milliseconds that a job is under way before its process is killed: leases have been renewed by then. */
const UNDER_WAY = 2_500;
const JOB = 0;

/**
 * Seconds from the kill of the process that is at a job to its being begun by another one, which waits for
 * work. All engines at once: nobody does anything meanwhile.
 */
export async function measureTakeover(
  { ours, peers }: Engines,
  limit: number,
): Promise<readonly Row[]> {
  const own: number[] = [];
  const others: number[][] = peers.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    // Their states are made one after the other, so that no start is slowed by another one.
    const waiting = [takeover(await atWork(await ours()), limit).then((time) => own.push(time))];
    for (const [index, { begin }] of peers.entries()) {
      if (begin === null) continue;
      const pair = await atWork(await begin());
      waiting.push(takeover(pair, limit).then((time) => others[index]?.push(time) ?? 0));
    }
    await Promise.all(waiting);
  }
  return peers.map(({ name }, index) => {
    const times = others[index] ?? [];
    const peerValue = times.length === 0 ? null : median(times);
    const value = median(own);
    const row = {
      name: "jobs: takeover of a dead process's job",
      value,
      unit: "s",
      peer: name,
      peerValue,
      ratio: peerValue === null || !Number.isFinite(peerValue) ? null : value / peerValue,
      waited: limit,
      spread: spreadOf(own, (time) => time.toFixed(1)),
    };
    return held(row, "value", "<", 6);
  });
}

interface Pair {
  /** It is at the job, and does not end it. */
  readonly holder: Awaited<ReturnType<Contestant["start"]>>;
  /** It has nothing to do. */
  readonly idle: Awaited<ReturnType<Contestant["start"]>>;
}

async function atWork(contestant: Contestant): Promise<Pair> {
  const holder = await contestant.start("hang");
  await holder.ask({ add: JOB });
  await holder.ask({ begun: JOB });
  return { holder, idle: await contestant.start("run") };
}

/** Infinity: not within the limit. */
async function takeover({ holder, idle }: Pair, limit: number): Promise<number> {
  await setTimeout(UNDER_WAY);
  const startedAt = performance.now();
  const begun = idle.ask({ begun: JOB }).then(() => (performance.now() - startedAt) / 1000);
  // It ends with the kill below, when nobody waits for it any more.
  begun.catch(() => {});
  await holder.kill();
  const tooLong = new AbortController();
  const limited = setTimeout(limit * 1000, Number.POSITIVE_INFINITY, { signal: tooLong.signal });
  limited.catch(() => {});
  const time = await Promise.race([begun, limited]);
  tooLong.abort();
  await idle.kill();
  return time;
}
