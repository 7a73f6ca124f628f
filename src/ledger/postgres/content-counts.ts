import { z } from "zod";
import type { ContentCounts } from "../ledger-contents.ts";
import type { Queries } from "./database.ts";

const countsRow = z.object({
  streams: z.coerce.number(),
  events: z.coerce.number(),
  archivedReleases: z.coerce.number(),
  pendingJobs: z.coerce.number(),
  deadJobs: z.coerce.number(),
  commandIds: z.coerce.number(),
});

/** How much of each kind a database holds: of events, those that were not taken out. */
export async function contentCounts(rows: Queries["rows"]): Promise<ContentCounts> {
  const [row] = await rows(
    `select (select count(*) from slipway.streams) as streams,
            (select count(*) from slipway.events) as events,
            (select count(*) from slipway.archived_releases) as "archivedReleases",
            (select count(*) from slipway.jobs) as "pendingJobs",
            (select count(*) from slipway.dead_jobs) as "deadJobs",
            (select count(*) from slipway.commands) as "commandIds"`,
  );
  return countsRow.parse(row);
}
