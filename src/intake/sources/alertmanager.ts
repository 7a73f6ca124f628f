import { z } from "zod";
import { alertDelivery, alertOf, alertSchema } from "./alert-group.ts";
import { decodeJson } from "./decode.ts";
import { fieldProblems } from "./field-problems.ts";
import type { SourceAdapter } from "./source.ts";
import { verifyToken } from "./static-token.ts";

const envelope = z.object({ version: z.literal("4"), alerts: z.array(z.unknown()) });

const schema = z.object({
  alerts: z.array(alertSchema).max(10_000, "must have at most 10000 entries"),
  truncatedAlerts: z.int().min(0).optional(),
});

/** Notifications of Prometheus Alertmanager (`webhook_configs`), for the watches of what is deployed. */
export const alertmanagerSource: SourceAdapter = {
  mediaTypes: { "application/json": decodeJson },
  verify: (request, { tokens }) => verifyToken(request, tokens),
  parse({ body }) {
    if (!envelope.safeParse(body).success) {
      const message =
        'not a notification of Alertmanager, which has version "4" and a list of alerts: take payload out of webhook_configs, if it is set';
      return { kind: "malformed", delivery: null, message };
    }
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      return { kind: "malformed", delivery: null, message: fieldProblems(parsed.error, body) };
    }
    const { alerts, truncatedAlerts = 0 } = parsed.data;
    return {
      kind: "delivery",
      ...alertDelivery(
        alerts.map((alert) => alertOf(alert)),
        truncatedAlerts,
      ),
    };
  },
};
