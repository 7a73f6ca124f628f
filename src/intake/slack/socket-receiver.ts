import { type App, type Receiver, SocketModeReceiver, webApi } from "@slack/bolt";
import type { Clock } from "../../shared/clock.ts";
import { ConfigError, errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import { slackSdkLogger } from "../../shared/slack-sdk-logger.ts";
import { InFlight } from "./in-flight.ts";

const CALL_TIMEOUT = 10_000;
/** From asking for a connection to Slack's "hello" on it. */
const CONNECT_WITHIN = 30_000;
/** How long listeners that have begun may still acknowledge before the connection is given up. */
const ACKNOWLEDGE_WITHIN = 3_000;
const CLOSE_WITHIN = 5_000;
/** A connection that ends sooner counts as a failure: Slack allows few new ones a minute. */
const HELD_AFTER = 10_000;
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 60_000;

/** Trying again cannot help with these: somebody must change the token or the app. */
const HOPELESS: ReadonlySet<string> = new Set([
  "invalid_auth",
  "not_authed",
  "account_inactive",
  "token_revoked",
  "not_allowed_token_type",
  "missing_scope",
  "no_permission",
  "socket_mode_disabled",
]);

export interface SocketReceiverOptions {
  readonly appToken: string;
  /** null: Slack's own. */
  readonly apiUrl: string | null;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Bolt's receiver for Socket Mode. Keeping the connection is done here and not by Slack's client: that one
 * waits five seconds before each reconnection, and an error while reconnecting ends the process.
 */
export class SocketReceiver implements Receiver {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #bolt: SocketModeReceiver;
  readonly #inFlight = new InFlight();
  readonly #stopping = new AbortController();
  /** Resolves when it is to stop. */
  readonly #stopped: Promise<void>;
  #keeping: Promise<void> = Promise.resolve();
  #problem: string | null = "not connected yet";

  constructor(options: SocketReceiverOptions) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#stopped = new Promise((resolve) => {
      this.#stopping.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    this.#bolt = new SocketModeReceiver({
      appToken: options.appToken,
      autoReconnectEnabled: false,
      logger: slackSdkLogger(options.log),
      // What a listener throws is logged by the app; what was not acknowledged stays so.
      processEventErrorHandler: async () => false,
      installerOptions: {
        // An object of its own: Slack's client writes into it.
        clientOptions: {
          ...(options.apiUrl === null ? {} : { slackApiUrl: options.apiUrl }),
          retryConfig: { retries: 0 },
          rejectRateLimitedCalls: true,
          timeout: CALL_TIMEOUT,
        },
      },
    });
  }

  /** Why nothing can be received from Slack now; null while the connection is open. */
  problem(): string | null {
    return this.#problem;
  }

  init(app: App): void {
    app.use(async ({ next }) => this.#inFlight.track(next()));
    this.#bolt.init(app);
  }

  /**
   * Resolves after the first try, connected or not; from then on the connection is kept until `stop`.
   * @throws ConfigError when Slack does not take the token
   */
  async start(): Promise<void> {
    const connection = await this.#connect().catch((error: unknown) => {
      const code = hopelessCode(error);
      if (code !== null) throw new ConfigError([`SLACK_APP_TOKEN: Slack says ${code}`]);
      return null;
    });
    this.#keeping = this.#keep(connection);
  }

  /** Lets the listeners that have begun finish, and closes the connection. */
  async stop(): Promise<void> {
    const drained = new AbortController();
    await Promise.race([
      this.#inFlight.drained(),
      this.#clock.sleep(ACKNOWLEDGE_WITHIN, drained.signal),
    ]);
    drained.abort();
    this.#stopping.abort();
    await this.#disconnect();
    await this.#keeping;
    await this.#inFlight.drained();
  }

  /** Reconnects at once when a connection ends, and ever more slowly while that does not hold. */
  async #keep(first: Connection | null): Promise<void> {
    let connection = first;
    let failures = connection === null ? 1 : 0;
    while (!this.#stopping.signal.aborted) {
      if (connection !== null) {
        // Slack's end may take half a minute to agree that it is closed; stopping does not wait for it.
        await Promise.race([connection.closed, this.#stopped]);
        if (this.#stopping.signal.aborted) break;
        this.#problem = "the connection to Slack has ended";
        this.#log.info("slack socket closed");
        const held = this.#clock.monotonic() - connection.since >= HELD_AFTER;
        failures = held ? 0 : failures + 1;
      }
      if (failures > 0) await this.#clock.sleep(delayAfter(failures), this.#stopping.signal);
      if (this.#stopping.signal.aborted) break;
      connection = await this.#connect().catch(() => null);
      if (connection === null) failures += 1;
    }
    this.#problem = "stopped";
  }

  async #connect(): Promise<Connection> {
    const { client } = this.#bolt;
    const done = new AbortController();
    try {
      const late = this.#clock
        .sleep(CONNECT_WITHIN, AbortSignal.any([done.signal, this.#stopping.signal]))
        .then(() => Promise.reject(new Error(`no "hello" within ${CONNECT_WITHIN / 1000} s`)));
      await Promise.race([this.#bolt.start(), late]);
      const closed = new Promise<void>((resolve) => client.once("disconnected", () => resolve()));
      this.#problem = null;
      this.#log.info("slack socket open");
      return { closed, since: this.#clock.monotonic() };
    } catch (error) {
      // The client rejects with nothing at all when the connection closes before Slack's "hello".
      const why = error === undefined ? "it was closed at once" : errorText(error);
      this.#problem = `no connection to Slack: ${why}`;
      if (!this.#stopping.signal.aborted) {
        this.#log.warn({ error: why }, "slack socket failed");
      }
      await this.#disconnect();
      throw error;
    } finally {
      done.abort();
    }
  }

  async #disconnect(): Promise<void> {
    const done = new AbortController();
    await Promise.race([
      this.#bolt.client.disconnect(),
      this.#clock.sleep(CLOSE_WITHIN, done.signal),
    ]);
    done.abort();
  }
}

interface Connection {
  /** Resolves when it ends. */
  readonly closed: Promise<void>;
  /** On the monotonic clock. */
  readonly since: number;
}

function delayAfter(failures: number): number {
  return Math.min(FIRST_DELAY * 2 ** (failures - 1), LONGEST_DELAY);
}

function hopelessCode(error: unknown): string | null {
  if (!(error instanceof webApi.WebAPIPlatformError)) return null;
  return HOPELESS.has(error.data.error) ? error.data.error : null;
}
