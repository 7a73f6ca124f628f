import { checkLease } from "../check-lease.ts";
import { SlackCallError } from "./slack-call-error.ts";
import { ABORTED } from "./slack-error-table.ts";

/**
 * A call that is given up when the signal fires. The request itself goes on until Slack answers or it times
 * out, so it may still take effect: the error says so.
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
    return await Promise.race([call(), promise]);
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
