import { z } from "zod";
import { url } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { serverFields } from "./metric-fields.ts";

/** Prometheus, and whatever answers like it. */
export const prometheusMetrics = strict({
  type: z.literal("prometheus").meta({ description: "Prometheus, and whatever answers like it" }),
  ...serverFields({
    of: "Address of the server, up to but without `/api/v1`",
    header: "X-Scope-OrgID",
  }),
  page: url.optional().meta({ description: "Where people look at graphs, if not at `url`" }),
});
