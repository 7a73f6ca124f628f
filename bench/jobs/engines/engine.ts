/** Where the engines keep their jobs. */
export interface Stores {
  /** An empty database of PostgreSQL. */
  readonly database: string;
  /** A Redis, and what the names in it begin with; null: there is none. */
  readonly redis: { readonly port: number; readonly prefix: string } | null;
}

/** A way to hand over jobs and to run them, with the settings that it ships with. */
export interface Engine {
  /** Resolves when the job is durable. Runs no jobs before `work`. */
  add(job: number): Promise<void>;
  /** Runs jobs from now on; resolves when it is ready to. */
  work(run: (job: number) => Promise<void>): Promise<void>;
}
