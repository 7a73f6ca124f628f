import type { Migration } from "./migration.ts";

/**
 * Instants are milliseconds since the epoch as they came in (`double precision` keeps every number of
 * JavaScript exactly); only leases are `timestamptz`, by the clock of the database.
 * JSON is kept as text (`json`, not `jsonb`): what is hashed must come back as it was written.
 */
export const firstTables: Migration = {
  version: 1,
  name: "first tables",
  sql: `
    -- One row. Who writes anything locks it first: positions and places are given out in the order of commits.
    create table slipway.ledger (
      only_row boolean primary key default true check (only_row),
      position bigint not null,
      place bigint not null,
      schema_version integer not null
    );
    insert into slipway.ledger (position, place, schema_version) values (0, 0, 1);

    create table slipway.streams (
      stream text primary key,
      version bigint not null,
      head text not null,
      state json not null
    );

    create table slipway.events (
      position bigint primary key,
      stream text not null,
      version bigint not null,
      at double precision not null,
      by json not null,
      event json not null,
      previous text not null,
      hash text not null,
      unique (stream, version)
    );

    -- Of each command id the first 64 bits of its SHA-256: they are remembered for ever.
    create table slipway.commands (fingerprint bigint primary key);

    -- A row is never moved: a job that changes its place or its lane becomes another row.
    create table slipway.jobs (
      place bigint primary key,
      key text not null unique,
      lane text,
      kind text not null,
      body json not null,
      run_at double precision not null,
      due double precision not null,
      attempts integer not null,
      token uuid,
      holder uuid,
      lease_until timestamptz,
      successor json
    );
    create index jobs_by_time on slipway.jobs (run_at, place);
    create index jobs_by_lane on slipway.jobs (lane, place) where lane is not null;

    create table slipway.dead_jobs (
      burial bigint generated always as identity primary key,
      key text not null unique,
      kind text not null,
      stream text not null,
      attempts integer not null,
      error text not null,
      at double precision not null
    );
    create index dead_jobs_by_stream on slipway.dead_jobs (stream, burial);

    create table slipway.archived_releases (
      stream text not null,
      id text not null,
      sequence bigint not null,
      release json not null,
      primary key (stream, id)
    );
    create index archived_releases_by_sequence on slipway.archived_releases (stream, sequence);

    -- What was written lately: how a commit is recognised whose answer was lost.
    create table slipway.recent_writes (
      mark uuid primary key,
      at timestamptz not null
    );
    create index recent_writes_by_time on slipway.recent_writes (at);
  `,
};
