import { z } from "zod";
import { type Beat, LIVES, type Replica, type ReplicaReport, type Replicas } from "../replicas.ts";
import type { Database, Queries } from "./database.ts";
import type { SchemaGuard } from "./schema-guard.ts";

/** All by the clock of the database, because those of the replicas may disagree. */
const SAY = `
  with dead as (
    delete from slipway.replicas where seen < clock_timestamp() - $6 * interval '1 millisecond' and id <> $1)
  insert into slipway.replicas as present (id, host, version, schema, configuration, configured, started, seen)
  values ($1, $2, $3, $4, $5, clock_timestamp(), clock_timestamp(), clock_timestamp())
  on conflict (id) do update
    set seen = clock_timestamp(), configuration = excluded.configuration,
        configured = case when present.configuration = excluded.configuration
          then present.configured else clock_timestamp() end`;

const LOOK = `
  select id, host, version, schema, configuration,
         extract(epoch from clock_timestamp() - configured)::float8 * 1000 as configured_for,
         (select newest_schema from slipway.ledger) as newest
  from slipway.replicas where seen >= clock_timestamp() - $1 * interval '1 millisecond'
  order by started, id`;

/** The hosts of those that live. */
export async function liveReplicas(rows: Queries["rows"]): Promise<readonly string[]> {
  return (await rows(LOOK, [LIVES])).map((row) => replicaRow.parse(row).host);
}

/** The processes on one database, each with a row. */
export class PostgresReplicas implements Replicas {
  readonly #database: Database;
  readonly #id: string;
  readonly #guard: SchemaGuard;

  constructor(database: Database, id: string, guard: SchemaGuard) {
    this.#database = database;
    this.#id = id;
    this.#guard = guard;
  }

  async beat({ host, version, configuration }: ReplicaReport): Promise<Beat> {
    const { known } = this.#guard;
    await this.#database.write(SAY, [this.#id, host, version, known, configuration, LIVES]);
    const rows = (await this.#database.read(LOOK, [LIVES])).map((row) => replicaRow.parse(row));
    const newest = Math.max(known, ...rows.map((row) => row.newest));
    this.#guard.saw(newest);
    return { live: rows.map(replicaOf), outdated: newest > known };
  }

  async leave(): Promise<void> {
    await this.#database.write("delete from slipway.replicas where id = $1", [this.#id]);
  }
}

const replicaRow = z.object({
  id: z.string(),
  host: z.string(),
  version: z.string(),
  schema: z.number(),
  configuration: z.string(),
  configured_for: z.number(),
  newest: z.number(),
});

function replicaOf({ configured_for, newest: _, ...row }: z.infer<typeof replicaRow>): Replica {
  return { ...row, configuredFor: configured_for };
}
