import type { Migration } from "./migration.ts";

/**
 * What is written carries the schema of its writer (`src/ledger/schema.ts`), 1 for what was there before;
 * and the replicas know of each other.
 */
export const rollingUpgrades: Migration = {
  version: 3,
  name: "rolling upgrades",
  sql: `
    alter table slipway.streams add column schema integer not null default 1;
    alter table slipway.events add column schema integer not null default 1;
    alter table slipway.jobs add column schema integer not null default 1;

    -- newest_schema: the highest that anything carries.
    -- written_from: programs that know the tables up to this version, or a later one, may write them.
    alter table slipway.ledger add column newest_schema integer not null default 1;
    alter table slipway.ledger add column written_from integer not null default 3;

    -- Who lives says so every few seconds; all times are of the clock of the database.
    create table slipway.replicas (
      id uuid primary key,
      host text not null,
      version text not null,
      schema integer not null,
      -- Digest of the configuration that is in force there, and since when it is.
      configuration text not null,
      configured timestamptz not null,
      started timestamptz not null,
      seen timestamptz not null
    );
  `,
};
