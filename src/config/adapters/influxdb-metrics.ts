import { z } from "zod";
import { url, words } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { delay, serverFields } from "./metric-fields.ts";

/** InfluxDB by InfluxQL. */
export const influxdbMetrics = strict({
  type: z.literal("influxdb").meta({ description: "InfluxDB 1, and what answers InfluxQL" }),
  ...serverFields({
    of: "Address of the server, up to but without `/query`",
    header: "Authorization",
  }),
  database: words.meta({ description: "Name of the database" }),
  retentionPolicy: words.optional().meta({ description: "Absent: the database's own" }),
  page: url.optional().meta({ description: "Where people look at graphs" }),
  delay: delay("10s"),
});
