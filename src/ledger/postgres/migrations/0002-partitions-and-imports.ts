import type { Migration } from "./migration.ts";

/**
 * The events that there are stay where they are, as the first partition: nothing is copied. That a version
 * of a stream stands once is a constraint of each partition, since one over all of them would have to
 * contain the position; the lock of the ledger and the version in `streams` see to the rest.
 */
export const partitionsAndImports: Migration = {
  version: 2,
  name: "partitions and imports",
  sql: `
    alter table slipway.events rename to events_from_1;
    alter table slipway.events_from_1 rename constraint events_pkey to events_from_1_pkey;
    alter table slipway.events_from_1
      rename constraint events_stream_version_key to events_from_1_stream_version_key;

    create table slipway.events (
      like slipway.events_from_1 including defaults,
      primary key (position)
    ) partition by range (position);

    -- How many positions a new partition is for: some hundred megabytes, a week of a large company and a
    -- year of a small team. And the first position for which there is no partition yet.
    alter table slipway.ledger
      add column partition_size bigint not null default 100000 check (partition_size > 0),
      add column events_end bigint;
    update slipway.ledger set events_end = (position / partition_size + 1) * partition_size + 1;
    alter table slipway.ledger alter column events_end set not null;

    do $$
    begin
      execute format(
        'alter table slipway.events attach partition slipway.events_from_1 for values from (1) to (%s)',
        (select events_end from slipway.ledger));
    end
    $$;

    -- Where the chain of a stream begins that does not begin with its first event any more.
    create table slipway.anchors (
      stream text primary key,
      version bigint not null,
      head text not null,
      position bigint not null
    );

    -- What was taken out of the table of events, and the file that holds it.
    create table slipway.pruned (
      first_position bigint primary key,
      last_position bigint not null,
      at timestamptz not null default now(),
      file text not null,
      sha256 text not null
    );

    -- A ledger that was moved here from another store, and how far. While it is not finished, its name
    -- stands in the row that every writer locks, and nobody else writes.
    alter table slipway.ledger add column importing text;
    create table slipway.imports (
      source text primary key,
      name text not null,
      stage text not null,
      done bigint not null,
      started_at timestamptz not null default now(),
      finished_at timestamptz
    );
  `,
};
