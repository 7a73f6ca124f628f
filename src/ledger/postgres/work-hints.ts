import { randomUUID } from "node:crypto";
import { Socket } from "node:net";
import { Client } from "pg";
import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import type { Database } from "./database.ts";

/** Milliseconds that notices are gathered for, so that many commits make one. */
const GATHER = 10;
/** A hint may be lost: nobody waits until it is on the disk. */
const NOTIFY = `
  select pg_notify('slipway_work', $1), set_config('synchronous_commit', 'off', true)`;

/** Milliseconds until the listening connection is tried again, at first and at most. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/**
 * Tells the other replicas that there may be work, and hears it from them. Only a hint: each part may
 * fail, and polling finds the work. A pooler in transaction mode swallows it.
 */
export class WorkHints {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #heard: () => void;
  /** Stands in what it tells: who wrote knows already that there may be work. */
  readonly #name = randomUUID();
  readonly #stopped = new AbortController();
  #notice: Promise<void> | null = null;
  #listening: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly database: Database;
    readonly clock: Clock;
    readonly logger: Logger;
    /** Called at each hint of another process. */
    readonly heard: () => void;
  }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#heard = options.heard;
  }

  listen(): void {
    this.#listening = this.#listenUntilStopped();
  }

  /** After a commit, never inside of it: a NOTIFY there makes all commits of the server wait in line. */
  tell(): void {
    if (this.#stopped.signal.aborted) return;
    this.#notice ??= this.#notify().finally(() => {
      this.#notice = null;
    });
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all([this.#notice, this.#listening]);
  }

  async #notify(): Promise<void> {
    await this.#clock.sleep(GATHER, this.#stopped.signal);
    try {
      await this.#database.read(NOTIFY, [this.#name]);
    } catch (error) {
      this.#logger.debug({ error: errorText(error) }, "the other replicas were not told of work");
    }
  }

  async #listenUntilStopped(): Promise<void> {
    let pause = FIRST_PAUSE;
    while (!this.#stopped.signal.aborted) {
      try {
        await this.#listenOnce(() => {
          pause = FIRST_PAUSE;
        });
      } catch (error) {
        this.#logger.debug({ error: errorText(error) }, "no hints of work from PostgreSQL");
      }
      await this.#clock.sleep(pause, this.#stopped.signal);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  }

  /** Resolves when it is stopped. @throws when the connection fails */
  async #listenOnce(connected: () => void): Promise<void> {
    // Its own, so that it can be cut off: the driver waits for a connection that is being made, and at the
    // end for the other side, which may be gone.
    const socket = new Socket();
    const client = new Client({
      connectionString: this.#database.address,
      stream: () => socket,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      application_name: "slipway (hints)",
    });
    const ended = new Promise<void>((resolve, reject) => {
      client.on("error", reject);
      client.on("end", () => reject(new Error("the connection ended")));
      this.#stopped.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    const listening = client.connect().then(() => client.query("listen slipway_work"));
    listening.catch(() => {});
    // Whoever fails first is told of; the other one is not to end the process.
    ended.catch(() => {});
    client.on("notification", ({ payload }) => {
      if (payload !== this.#name) this.#heard();
    });
    try {
      await Promise.race([listening, ended]);
      if (this.#stopped.signal.aborted) return;
      connected();
      // What was told while nobody listened is found now.
      this.#heard();
      await ended;
    } finally {
      client.end().catch(() => {});
      socket.destroySoon();
    }
  }
}
