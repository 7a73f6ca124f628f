import { z } from "zod";
import { url } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { delay, serverFields } from "./metric-fields.ts";

/** Graphite's render API. */
export const graphiteMetrics = strict({
  type: z.literal("graphite").meta({ description: "Graphite, and what has its render API" }),
  ...serverFields({ of: "Address of the server, up to but without `/render`", header: "X-Org-Id" }),
  page: url.optional().meta({ description: "Where people look at graphs, if not at `url`" }),
  delay: delay("10s"),
});
