import type { Migration } from "./migration.ts";

/** Keeps the number free for a step that is written elsewhere. */
export const reserved: Migration = { version: 2, name: "reserved", sql: "select 1" };
