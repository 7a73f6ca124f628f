import { RequestError } from "octokit";
import { z } from "zod";
import type { Instant, Milliseconds } from "../../core/json.ts";
import { AdapterError, errorText } from "../../shared/errors.ts";
import { networkFailure } from "../network-failure.ts";
import { oneLine } from "../one-line.ts";
import { rephraseError } from "../rephrase-error.ts";
import { parseRetryAfter } from "../retry-after.ts";

/** Where GitHub limits the rate and does not say for how long, it asks for at least a minute. */
const UNTOLD_LIMIT: Milliseconds = 60_000;

export interface GitHubCall {
  /** What was tried, in words: `start deploy.yml in acme/deploys`. */
  readonly what: string;
  /** A call that changes something is uncertain when its answer is lost. */
  readonly changes: boolean;
  readonly now: Instant;
}

/** What a failed call of GitHub means. */
export function githubError(error: unknown, { what, changes, now }: GitHubCall): AdapterError {
  // Reading changes nothing, whether it was answered or not.
  if (error instanceof AdapterError)
    return rephraseError(error, { uncertain: changes && error.uncertain });
  if (error instanceof z.ZodError) {
    return new AdapterError(`cannot ${what}: GitHub's answer is not what it documents`, {
      retryable: true,
      uncertain: changes,
      cause: error,
    });
  }
  if (!(error instanceof RequestError)) {
    return new AdapterError(`cannot ${what}: ${errorText(error)}`, {
      retryable: false,
      cause: error,
    });
  }
  if (error.response === undefined) {
    const { message, uncertain } = networkFailure(`cannot ${what}: GitHub`, error);
    return new AdapterError(message, {
      retryable: true,
      uncertain: changes && uncertain,
      cause: error,
    });
  }
  const { status } = error;
  const words = oneLine(error.message.replace(/ - https:\/\/\S+$/, ""));
  const message = `cannot ${what}: GitHub answered ${status}: ${words}${advice(status)}`;
  const wait = rateLimit(error, now);
  if (wait !== null) {
    return new AdapterError(`cannot ${what}: GitHub's rate limit is reached: ${words}`, {
      retryable: true,
      retryAfter: wait,
      cause: error,
    });
  }
  const retryable = status >= 500;
  return new AdapterError(message, { retryable, uncertain: changes && retryable, cause: error });
}

function advice(status: number): string {
  if (status === 401) return "; look at GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_PRIVATE_KEY";
  if (status === 403) return "; the token or the App lacks a permission for it";
  if (status === 404) return "; it does not exist, or the token or the App may not see it";
  return "";
}

/** Milliseconds until GitHub takes requests again; null: no limit was reached. */
function rateLimit({ status, response }: RequestError, now: Instant): Milliseconds | null {
  if (status !== 403 && status !== 429) return null;
  const header = (name: string): string | undefined => {
    const value = response?.headers[name];
    return value === undefined ? undefined : String(value);
  };
  const wait = parseRetryAfter(header("retry-after"), now);
  if (wait !== null) return wait;
  if (header("x-ratelimit-remaining") === "0") {
    const resetAt = Number(header("x-ratelimit-reset")) * 1_000;
    return Number.isFinite(resetAt) ? Math.max(0, resetAt - now) + 1_000 : UNTOLD_LIMIT;
  }
  const body = z.object({ message: z.string() }).safeParse(response?.data);
  const secondary = status === 429 || (body.success && /rate limit/i.test(body.data.message));
  return secondary ? UNTOLD_LIMIT : null;
}
