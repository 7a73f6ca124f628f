import { firstTables } from "./0001-first-tables.ts";
import { partitionsAndImports } from "./0002-partitions-and-imports.ts";
import type { Migration } from "./migration.ts";

/** All of them, in the order in which they run. */
export const MIGRATIONS: readonly Migration[] = [firstTables, partitionsAndImports];

/** The version of the tables that this program reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;
