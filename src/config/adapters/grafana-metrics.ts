import { z } from "zod";
import { url } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { serverFields } from "./metric-fields.ts";

/** Alerts of the rules that Grafana evaluates itself. */
export const grafanaMetrics = strict({
  type: z.literal("grafana").meta({ description: "Alerts of Grafana's own rules" }),
  ...serverFields({ of: "Address of Grafana", header: "X-Grafana-Org-Id" }),
  page: url.optional().meta({ description: "Where people look at alerts, if not at `url`" }),
});
