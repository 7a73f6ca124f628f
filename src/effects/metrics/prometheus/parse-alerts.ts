import { createHash } from "node:crypto";
import { z } from "zod";
import type { Reading } from "../../../core/verdict.ts";
import type { HttpAnswer } from "../../http-exchange.ts";
import { oneLine } from "../../one-line.ts";
import { alertsReading, hasLabels } from "../alerts.ts";
import { jsonOf, notFrom, refusalOf } from "../answer-words.ts";

const texts = z.record(z.string(), z.string());

const Success = z.object({
  status: z.literal("success"),
  warnings: z.array(z.string()).nullish(),
  data: z.object({
    alerts: z.array(
      z.object({
        labels: texts,
        annotations: texts.nullish(),
        state: z.string(),
        activeAt: z.iso.datetime({ offset: true }),
      }),
    ),
  }),
});

/**
 * Reads an answer of `/api/v1/alerts`: what fires by the rules of this server. It has no fingerprints; they are
 * made of the labels.
 */
export function parseFiringAlerts(
  answer: HttpAnswer,
  match: Readonly<Record<string, string>>,
  page: string | null,
): Reading {
  const refusal = refusalOf(answer);
  if (refusal !== null) return { kind: "error", why: refusal };
  const parsed = Success.safeParse(jsonOf(answer));
  if (!parsed.success) return { kind: "error", why: notFrom("Prometheus", answer) };
  const { warnings, data } = parsed.data;
  if ((warnings ?? []).length > 0) {
    return { kind: "partial", why: oneLine((warnings ?? []).join("; ")) };
  }
  const firing = data.alerts.filter(
    ({ state, labels }) => state === "firing" && hasLabels(labels, match),
  );
  return alertsReading(
    firing.map(({ labels, annotations, activeAt }) => ({
      fingerprint: fingerprintOf(labels),
      labels,
      annotations: annotations ?? {},
      startsAt: Date.parse(activeAt),
      url: page,
      because: "condition",
    })),
  );
}

function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  const sorted = JSON.stringify(Object.entries(labels).toSorted());
  return createHash("sha256").update(sorted).digest("hex").slice(0, 16);
}
