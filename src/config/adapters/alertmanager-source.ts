import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { tokenFields } from "./source-fields.ts";

/** Alerts of Prometheus Alertmanager. */
export const alertmanagerSource = strict({
  type: z.literal("alertmanager").meta({ description: "Alerts of Prometheus Alertmanager" }),
  ...tokenFields("Sent as `Authorization: Bearer`"),
});
