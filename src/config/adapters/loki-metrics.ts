import { z } from "zod";
import { url, words } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { delay, serverFields } from "./metric-fields.ts";

/** Log lines in Grafana Loki. */
export const lokiMetrics = strict({
  type: z.literal("loki").meta({ description: "Grafana Loki" }),
  ...serverFields({
    of: "Address of the server, up to but without `/loki/api/v1`",
    header: "X-Scope-OrgID",
  }),
  page: url.optional().meta({ description: "Address of Grafana, whose Explore people look at" }),
  datasource: words
    .optional()
    .meta({ description: "Uid of this Loki in Grafana; absent: Grafana's default data source" }),
  delay: delay("10s"),
  linesAtOnce: z.int().min(10).max(50_000).default(5_000).meta({
    description: "Lines of one answer; at most the server's `max_entries_limit_per_query`",
  }),
  mostLines: z
    .int()
    .min(10)
    .max(200_000)
    .default(20_000)
    .meta({ description: "Lines that are read for the patterns of one window" }),
});
