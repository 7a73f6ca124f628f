import { Pool, type PoolClient, type PoolConfig } from "pg";
import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import { postgresAddresses } from "../../shared/postgres-addresses.ts";

/** How the driver says that all connections are in use: nothing is wrong with the server then. */
const NO_FREE_ONE = "timeout exceeded when trying to connect";

/**
 * A pool of connections to the server that takes writes. Where the address names several hosts they are
 * tried one after the other, beginning with the one that answered last: a standby is passed over, as libpq
 * does it for `target_session_attrs=read-write`.
 */
export class Connections {
  readonly #addresses: readonly string[];
  readonly #options: PoolConfig;
  readonly #logger: Logger;
  #pool: Pool;
  /** Connections of which it is known that they lead to a server that takes writes. */
  readonly #primaries = new WeakSet<PoolClient>();
  /** Which of the addresses the pool leads to. */
  #current = 0;

  /** @throws what is wrong with the address */
  constructor(url: string, options: PoolConfig, logger: Logger) {
    // What cannot be read as an address the driver explains better.
    this.#addresses = postgresAddresses(url) ?? [url];
    this.#options = options;
    this.#logger = logger;
    this.#pool = this.#open();
  }

  /** The address with one host that connections are made to at this time. */
  get address(): string {
    return this.#addresses[this.#current] ?? "";
  }

  /** @throws what the driver throws; for several hosts an AggregateError */
  async connect(): Promise<PoolClient> {
    const errors: unknown[] = [];
    for (const _ of this.#addresses) {
      const pool = this.#pool;
      try {
        return await this.#connectTo(pool);
      } catch (error) {
        if (this.#addresses.length === 1 || errorText(error) === NO_FREE_ONE) throw error;
        errors.push(error);
        this.#leave(pool);
      }
    }
    throw new AggregateError(errors);
  }

  /** @throws also where the server takes no writes, and there are others */
  async #connectTo(pool: Pool): Promise<PoolClient> {
    const { address } = this;
    const client = await pool.connect();
    if (this.#addresses.length === 1 || this.#primaries.has(client)) return client;
    try {
      if (await takesNoWrites(client)) {
        throw new Error(`${new URL(address).host} takes no writes: it is a standby`);
      }
      this.#primaries.add(client);
      return client;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** Leaves all connections behind, at once: they lead to what takes no writes. */
  renew(): void {
    this.#leave(this.#pool);
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** For the next address; nothing where somebody else has left that pool already. */
  #leave(pool: Pool): void {
    if (this.#pool !== pool) return;
    this.#current = (this.#current + 1) % this.#addresses.length;
    this.#pool = this.#open();
    pool.end().catch((reason: unknown) => {
      this.#logger.debug({ error: errorText(reason) }, "old connections did not close");
    });
  }

  #open(): Pool {
    const pool = new Pool({ ...this.#options, connectionString: this.address });
    const lost = (error: Error) => {
      this.#logger.debug({ error: errorText(error) }, "a connection to PostgreSQL was lost");
    };
    // Without a listener, a connection that breaks while nobody waits for it would end the process.
    pool.on("error", lost);
    pool.on("connect", (client) => client.on("error", lost));
    return pool;
  }
}

async function takesNoWrites(client: PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ readonly transaction_read_only: string }>(
    "show transaction_read_only",
  );
  return rows[0]?.transaction_read_only === "on";
}
