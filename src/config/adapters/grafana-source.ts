import { z } from "zod";
import { headerName } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { longSecret, secretFields, tokenFields } from "./source-fields.ts";

/** Alerts of Grafana. */
export const grafanaSource = strict({
  type: z.literal("grafana").meta({ description: "Alerts of Grafana" }),
  ...secretFields(longSecret),
  ...tokenFields("Sent as `Authorization: Bearer`; not looked at where there is a secret"),
  signatureHeader: headerName
    .default("X-Grafana-Alerting-Signature")
    .meta({ description: "As the contact point names it" }),
  timestampHeader: headerName
    .optional()
    .meta({ description: "As the contact point names it; absent: no time is signed" }),
});
