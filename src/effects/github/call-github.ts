import type { Milliseconds } from "../../core/json.ts";
import type { Clock } from "../../shared/clock.ts";
import { withDeadline } from "../deadline.ts";
import { githubError } from "./github-error.ts";

export interface GitHubCircumstances {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const CALL_TIMEOUT: Milliseconds = 30_000;

/**
 * Makes one call of GitHub under a time limit.
 * @throws AdapterError; uncertain only if the call changes something and may have done so
 */
export async function callGitHub<T>(
  { clock, signal }: GitHubCircumstances,
  call: { readonly what: string; readonly changes: boolean },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const what = `cannot ${call.what}: GitHub did not answer`;
  try {
    return await withDeadline({ clock, signal, after: CALL_TIMEOUT, what }, work);
  } catch (error) {
    signal.throwIfAborted();
    throw githubError(error, { ...call, now: clock.now() });
  }
}
