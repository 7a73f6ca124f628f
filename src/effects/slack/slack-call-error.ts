import { webApi } from "@slack/bolt";
import { AdapterError } from "../../shared/errors.ts";
import {
  adviceFor,
  HTTP_ERROR,
  kindOfCode,
  NO_ANSWER,
  NOT_CONNECTED,
  RATE_LIMITED,
  type SlackErrorKind,
  TREATMENTS,
  UNREADABLE_ANSWER,
} from "./slack-error-table.ts";

/** A call of the Slack Web API failed. */
export class SlackCallError extends AdapterError {
  /** e.g. `chat.postMessage`. */
  readonly method: string;
  /** Slack's error code, or one of our own where it sent none. */
  readonly code: string;
  readonly kind: SlackErrorKind;

  constructor(
    method: string,
    code: string,
    options: {
      readonly detail?: string | undefined;
      readonly retryAfter?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    const kind = kindOfCode(code);
    const advice = options.detail ?? adviceFor(code);
    const { retryAfter, cause } = options;
    super(`Slack's ${method} failed: ${code}${advice === null ? "" : `; ${advice}`}`, {
      ...TREATMENTS[kind],
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(cause === undefined ? {} : { cause }),
    });
    this.method = method;
    this.code = code;
    this.kind = kind;
  }
}

/** Systems errors of a connection that was never made: the request has certainly not been sent. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const SLACK_CODE = /^[a-z][a-z0-9_]{0,79}$/;

/** The error of one call in our words. Errors that are not Slack's, or the network's, are returned as they are. */
export function slackCallError(method: string, error: unknown): unknown {
  if (error instanceof webApi.WebAPIRateLimitedError) {
    const retryAfter = Math.max(1, error.retryAfter) * 1000;
    return new SlackCallError(method, RATE_LIMITED, { retryAfter });
  }
  if (error instanceof webApi.WebAPIPlatformError) {
    // An answer that is not JSON comes as a "platform error" whose code is the whole page.
    const { data } = error;
    if (!SLACK_CODE.test(data.error)) return new SlackCallError(method, UNREADABLE_ANSWER);
    return new SlackCallError(method, data.error, { detail: detailOf(data) });
  }
  if (error instanceof webApi.WebAPIHTTPError) {
    return new SlackCallError(method, HTTP_ERROR, { detail: `HTTP status ${error.statusCode}` });
  }
  if (error instanceof webApi.WebAPIRequestError) {
    const code = neverSent(error.original) ? NOT_CONNECTED : NO_ANSWER;
    return new SlackCallError(method, code, { cause: error.original });
  }
  return error;
}

/** What Slack adds to some errors: the scopes that lack, the blocks that are wrong. */
function detailOf(data: {
  readonly needed?: unknown;
  readonly response_metadata?: { readonly messages?: readonly string[] };
}): string | undefined {
  if (typeof data.needed === "string") {
    return `the app lacks the scope ${data.needed}: install it again from manifest.yml`;
  }
  const messages = data.response_metadata?.messages ?? [];
  return messages.length === 0 ? undefined : messages.join("; ");
}

function neverSent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && NEVER_SENT.has(code)) return true;
  return neverSent(error.cause);
}
