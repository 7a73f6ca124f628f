import { webApi } from "@slack/bolt";
import type { Milliseconds } from "../../core/json.ts";
import type { Logger } from "../../shared/logger.ts";
import { slackSdkLogger } from "../../shared/slack-sdk-logger.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import { presentSignal } from "./call-signal.ts";
import { SlackCallError, slackCallError } from "./slack-call-error.ts";
import { isKnownCode } from "./slack-error-table.ts";

const TIMEOUT: Milliseconds = 10_000;
/** What is assumed where Slack answers 429 without saying for how long. */
const RETRY_AFTER_SECONDS = 30;

export interface SlackClientOptions {
  readonly token: string;
  /** null: Slack's own. */
  readonly apiUrl: string | null;
  readonly log: Logger;
  readonly telemetry: Pick<Telemetry, "slackCalls">;
}

/**
 * Slack's Web API client, set so that nothing is decided behind our back: no retry (a post that is sent
 * again is a second message), no waiting on a rate limit (it would hold up every other call), a timeout.
 * Every call is counted, and every failure is a SlackCallError.
 */
export class SlackClient extends webApi.WebClient {
  readonly #telemetry: Pick<Telemetry, "slackCalls">;

  constructor(options: SlackClientOptions) {
    super(options.token, {
      ...(options.apiUrl === null ? {} : { slackApiUrl: options.apiUrl }),
      logger: slackSdkLogger(options.log),
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: TIMEOUT,
      fetch: fetchWhole,
    });
    this.#telemetry = options.telemetry;
  }

  /** Every typed method of the client comes through here. */
  override async apiCall(
    method: string,
    options?: Record<string, unknown>,
  ): Promise<webApi.WebAPICallResult> {
    try {
      const result = await super.apiCall(method, options);
      this.#telemetry.slackCalls.inc({ method, outcome: "ok" });
      return result;
    } catch (error) {
      const failure = slackCallError(method, error);
      this.#telemetry.slackCalls.inc({ method, outcome: outcomeOf(failure) });
      throw failure;
    }
  }
}

/** Two queues, so that no number of waiting card updates delays what a person has just asked for. */
export interface SlackClients {
  /** Modals, ephemeral messages, who somebody is. */
  readonly interactive: SlackClient;
  /** Posts, edits, lists. */
  readonly background: SlackClient;
}

export function createSlackClients(options: SlackClientOptions): SlackClients {
  return { interactive: new SlackClient(options), background: new SlackClient(options) };
}

/** Who the token belongs to. */
export interface SlackIdentity {
  readonly teamId: string;
  readonly botId: string;
  readonly botUserId: string;
}

/** Asks Slack who we are. @throws SlackCallError, also when the token is not a bot's */
export async function authenticate(client: SlackClient): Promise<SlackIdentity> {
  const { team_id: teamId, bot_id: botId, user_id: botUserId } = await client.auth.test();
  if (teamId === undefined || botId === undefined || botUserId === undefined) {
    throw new SlackCallError("auth.test", "not_allowed_token_type", {
      detail: "SLACK_BOT_TOKEN must be a bot token (xoxb-…)",
    });
  }
  return { teamId, botId, botUserId };
}

/**
 * Reads the whole answer inside the call, so that a line that breaks in the middle of it counts as a call
 * without an answer. And the client gives up on a 429 that does not say for how long: say it for Slack.
 */
async function fetchWhole(url: string | URL, init?: RequestInit): Promise<Response> {
  const given = [init?.signal, presentSignal()].flatMap((signal) => signal ?? []);
  const response = await fetch(url, { ...init, signal: AbortSignal.any(given) });
  const headers = new Headers(response.headers);
  // They describe the body as it was sent, not as it is handed on.
  headers.delete("content-encoding");
  headers.delete("content-length");
  if (response.status === 429 && !/^\d+$/.test(headers.get("retry-after") ?? "")) {
    headers.set("retry-after", String(RETRY_AFTER_SECONDS));
  }
  const { status, statusText } = response;
  return new Response(await response.text(), { status, statusText, headers });
}

function outcomeOf(error: unknown): string {
  return error instanceof SlackCallError && isKnownCode(error.code) ? error.code : "error";
}
