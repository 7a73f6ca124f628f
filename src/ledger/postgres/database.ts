import type { PoolClient } from "pg";
import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import { type Health, Unavailable } from "../ledger.ts";
import { Connections } from "./connections.ts";
import { asUnavailable, CommitUnanswered, isAnswer, takesNoWrites } from "./database-error.ts";

/** A row as the driver gives it: parsed by whoever asked. */
export type Row = Readonly<Record<string, unknown>>;

/** What runs inside one transaction. */
export interface Queries {
  /** Statements run in the order in which they are asked for; who waits for several waits once. */
  rows(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Several statements in one text, without values and without an answer. */
  script(sql: string): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most; one of them writes. */
  readonly connections: number;
  /** Milliseconds to wait for a connection, a new one or a free one. */
  readonly connectTimeout: number;
  /** Milliseconds that one statement, and waiting for one lock, may take. */
  readonly statementTimeout: number;
  /**
   * Milliseconds after which the database ends a transaction whose process says nothing: one that hangs
   * while it writes must not hold up the other replicas for longer.
   */
  readonly idleTimeout: number;
}

/** The client gives up this much later than the server should have. */
const GRACE = 2_000;

/** The connections to one database. Keeps nothing in a session: a pooler may stand in between. */
export class Database {
  readonly #connections: Connections;
  readonly #begin: string;
  #trouble: string | null = null;
  #closed = false;

  /** @throws what is wrong with the address */
  constructor(options: DatabaseOptions, logger: Logger) {
    this.#begin = beginWith(options);
    this.#connections = connectionsTo(options, logger);
  }

  /** Of the server that connections are made to at this time: of several hosts, one. */
  get address(): string {
    return this.#connections.address;
  }

  /** One statement that only reads. @throws Unavailable */
  async read(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    this.#checkOpen();
    return this.#noting(async () => {
      const client = await known(this.#connections.connect());
      let usable = false;
      try {
        const rows = await known(client.query<Row>(sql, [...values]).then(rowsOf));
        usable = true;
        return rows;
      } finally {
        client.release(!usable);
      }
    });
  }

  /** One statement that may write: a success shows that the database takes writes. @throws Unavailable */
  async write(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const rows = await this.#onPrimary(() => this.read(sql, values));
    this.#trouble = null;
    return rows;
  }

  /**
   * Commits if `work` resolves, and undoes everything if it rejects. Where the first connection leads to
   * what takes no writes any more, `work` is called again on a new one.
   * @throws Unavailable, CommitUnanswered, and whatever `work` throws
   */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.transactionOn(async () => null, work);
  }

  /**
   * The same for what begins by reading: `read` is sent together with the beginning, which saves a round
   * trip. It must change nothing: were the beginning refused, it would run outside of a transaction.
   */
  async transactionOn<R, T>(
    read: (queries: Queries) => Promise<R>,
    work: (queries: Queries, found: R) => Promise<T>,
  ): Promise<T> {
    const result = await this.#onPrimary(() => this.#transaction(read, work));
    this.#trouble = null;
    return result;
  }

  health(): Health {
    return this.#trouble === null ? { ok: true } : { ok: false, why: this.#trouble };
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#connections.close();
  }

  async #transaction<R, T>(
    read: (queries: Queries) => Promise<R>,
    work: (queries: Queries, found: R) => Promise<T>,
  ): Promise<T> {
    this.#checkOpen();
    return this.#noting(async () => {
      const client = await known(this.#connections.connect());
      let usable = false;
      try {
        const queries = queriesOn(client);
        // Nothing that writes is sent before it is known that the transaction has begun.
        const [, found] = await Promise.all([known(client.query(this.#begin)), read(queries)]);
        const result = await work(queries, found);
        await known(committed(client));
        usable = true;
        return result;
      } finally {
        // A connection on which anything failed is not used again, which also undoes its transaction.
        client.release(!usable);
      }
    });
  }

  /** After a failover, connections that still lead to the old primary are left behind, all at once. */
  async #onPrimary<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!takesNoWrites(error) || this.#closed) throw error;
      this.#connections.renew();
      return work();
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new Unavailable("the ledger is closed");
  }

  async #noting<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Unavailable || error instanceof CommitUnanswered) {
        this.#trouble = error.message;
      }
      throw error;
    }
  }
}

function connectionsTo(options: DatabaseOptions, logger: Logger): Connections {
  const { url, connections, connectTimeout, statementTimeout } = options;
  const settings = {
    max: connections,
    connectionTimeoutMillis: connectTimeout,
    query_timeout: statementTimeout + GRACE,
    keepAlive: true,
    // Statements that do not wait for each other's answers share a round trip.
    pipeline: true,
    application_name: "slipway",
  };
  return new Connections(url, settings, logger);
}

function queriesOn(client: PoolClient): Queries {
  return {
    rows: (sql, values = []) => known(client.query<Row>(sql, [...values]).then(rowsOf)),
    script: async (sql) => {
      await known(client.query(sql));
    },
  };
}

function rowsOf({ rows }: { readonly rows: readonly Row[] }): readonly Row[] {
  return rows;
}

/** What the driver throws, as the port has it. */
async function known<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof CommitUnanswered ? error : asUnavailable(error);
  }
}

/** How a transaction begins. Local to it: a pooler gives the session to somebody else afterwards. */
function beginWith({ statementTimeout, idleTimeout }: DatabaseOptions): string {
  return [
    "begin",
    `set local statement_timeout = ${statementTimeout}`,
    `set local lock_timeout = ${statementTimeout}`,
    `set local idle_in_transaction_session_timeout = ${idleTimeout}`,
    // What is acknowledged is on the disk, whatever the default of this database is.
    "select set_config('synchronous_commit', 'on', true) where current_setting('synchronous_commit') = 'off'",
  ].join("; ");
}

async function committed(client: PoolClient): Promise<void> {
  let command: string;
  try {
    ({ command } = await client.query("commit"));
  } catch (error) {
    if (isAnswer(error)) throw error;
    throw new CommitUnanswered(`PostgreSQL did not answer a COMMIT: ${errorText(error)}`, {
      cause: error,
    });
  }
  // So PostgreSQL answers, without an error, to the COMMIT of a transaction that had failed.
  if (command !== "COMMIT") throw new Unavailable(`PostgreSQL answered a COMMIT with ${command}`);
}
