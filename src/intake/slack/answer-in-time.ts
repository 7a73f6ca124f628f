import type { Clock } from "../../shared/clock.ts";

/** Slack shows an error after three seconds; the way back takes some of them. */
const ANSWER_WITHIN = 2_000;

/**
 * Answers with the result of some work if it is there within two seconds; otherwise answers something
 * else now, and hands over the result when it comes. What cannot be said in time (the connection broke) is
 * said late. `work` must not reject.
 */
export async function answerInTime<T>(request: {
  readonly work: Promise<T>;
  readonly clock: Clock;
  inTime(result: T): Promise<void>;
  meanwhile(): Promise<void>;
  late(result: T): Promise<void>;
}): Promise<void> {
  const settled = new AbortController();
  const first = await Promise.race([
    request.work.then((result) => ({ result })),
    request.clock.sleep(ANSWER_WITHIN, settled.signal).then(() => null),
  ]);
  settled.abort();
  if (first === null) {
    await request.meanwhile().catch(() => {});
    return request.late(await request.work);
  }
  return request.inTime(first.result).catch(() => request.late(first.result));
}
