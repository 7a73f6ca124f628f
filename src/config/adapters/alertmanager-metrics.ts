import { z } from "zod";
import { url } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { serverFields } from "./metric-fields.ts";

/** Alerts that fire in Alertmanager. */
export const alertmanagerMetrics = strict({
  type: z.literal("alertmanager").meta({ description: "Prometheus Alertmanager" }),
  ...serverFields({
    of: "Address of the server, up to but without `/api/v2`",
    header: "X-Scope-OrgID",
  }),
  page: url.optional().meta({ description: "Where people look at alerts, if not at `url`" }),
});
