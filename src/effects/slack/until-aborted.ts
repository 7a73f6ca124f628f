import { checkLease } from "../check-lease.ts";
import { callUnder } from "./call-signal.ts";
import { SlackCallError } from "./slack-call-error.ts";
import { ABORTED } from "./slack-error-table.ts";

/**
 * A call that is given up when the signal fires. The line is cut with it: a post that came only after the
 * next attempt had looked for it would be a second message. What Slack had read by then may still take
 * effect: the error says so.
 */
export async function untilAborted<T>(
  method: string,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  try {
    checkLease(signal);
  } catch {
    throw new SlackCallError(method, ABORTED);
  }
  const { promise, settle } = firing(method, signal);
  try {
    return await Promise.race([callUnder(signal, call), promise]);
  } finally {
    settle();
  }
}

function firing(method: string, signal: AbortSignal) {
  let settle = () => {};
  const promise = new Promise<never>((_resolve, reject) => {
    const abort = () => reject(new SlackCallError(method, ABORTED));
    signal.addEventListener("abort", abort, { once: true });
    settle = () => signal.removeEventListener("abort", abort);
  });
  return { promise, settle };
}
