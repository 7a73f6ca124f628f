import { type ClientBase, Pool, type PoolClient, type PoolConfig } from "pg";
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
        return await pool.connect();
      } catch (error) {
        if (this.#addresses.length === 1 || errorText(error) === NO_FREE_ONE) throw error;
        errors.push(error);
        this.#leave(pool);
      }
    }
    throw new AggregateError(errors);
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
    const { address } = this;
    const several = this.#addresses.length > 1;
    const pool = new Pool({
      ...this.#options,
      connectionString: address,
      // The pool waits for it, which its types do not say.
      // oxlint-disable-next-line typescript/no-misused-promises
      ...(several ? { onConnect: (client: ClientBase) => passOver(client, address) } : {}),
    });
    const lost = (error: Error) => {
      this.#logger.debug({ error: errorText(error) }, "a connection to PostgreSQL was lost");
    };
    // Without a listener, a connection that breaks while nobody waits for it would end the process.
    pool.on("error", lost);
    pool.on("connect", (client) => client.on("error", lost));
    return pool;
  }
}

/** @throws where the server takes no writes */
async function passOver(client: ClientBase, address: string): Promise<void> {
  const { rows } = await client.query<{ readonly transaction_read_only: string }>(
    "show transaction_read_only",
  );
  if (rows[0]?.transaction_read_only !== "on") return;
  throw new Error(`${new URL(address).host} takes no writes: it is a standby`);
}
