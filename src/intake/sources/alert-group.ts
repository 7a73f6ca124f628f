import { createHash } from "node:crypto";
import { z } from "zod";
import type { Alert } from "../../core/alert.ts";
import type { ParsedEvent } from "./source.ts";
import { cleanLine, instant, line, webUrl } from "./text.ts";

/** What Alertmanager and Grafana, which follows it, say of one alert. */

const MOST_LABELS = 64;
const LONGEST_VALUE = 500;
const LONGEST_SUMMARY = 500;
/** In Go, a time that is not set. */
const NO_TIME = "0001-01-01T00:00:00Z";

const label = z.string().max(10_000);

/** Untrusted names and values: cut to what a card and the ledger should hold. */
const labels = z
  .record(line(200), label)
  .refine((record) => Object.keys(record).length <= MOST_LABELS, {
    error: `must have at most ${MOST_LABELS} members`,
  })
  .transform((record) =>
    Object.fromEntries(
      Object.entries(record).map(([name, value]) => [name, cleanLine(value, LONGEST_VALUE)]),
    ),
  );

const address = z.string().max(10_000);

export const alertSchema = z.object({
  status: z.enum(["firing", "resolved"], "must be firing or resolved"),
  labels,
  annotations: z.record(z.string(), label).nullish(),
  startsAt: instant,
  endsAt: instant.nullish(),
  generatorURL: address.nullish(),
  fingerprint: z.string().regex(/^[0-9a-f]{1,64}$/, "must be hexadecimal digits"),
});

export type SentAlert = z.output<typeof alertSchema>;

/** An alert of the request as Slipway's own. `more` is what only one of the systems says. */
export function alertOf(
  sent: SentAlert,
  more: Partial<Pick<Alert, "url" | "because">> & { readonly measured?: string } = {},
): Alert {
  const { status, fingerprint, startsAt } = sent;
  const { measured = "", url = pageOf(sent.generatorURL), because = "condition" } = more;
  const said = sent.annotations?.summary || sent.annotations?.description || "";
  const summary = cleanLine(
    [said, measured].filter((part) => part !== "").join(" "),
    LONGEST_SUMMARY,
  );
  return {
    fingerprint,
    status,
    name: sent.labels.alertname || "without a name",
    labels: sent.labels,
    summary: summary === "" ? null : summary,
    startsAt,
    endsAt: status === "firing" ? null : endOf(sent),
    url,
    because,
  };
}

/** A system that does not say when it ended says by this request that it has. */
function endOf({ startsAt, endsAt }: SentAlert): number {
  const end = endsAt ?? Date.parse(NO_TIME);
  return Math.max(startsAt, end);
}

/** The address, where it is one that a card may link. */
export function pageOf(address: string | null | undefined): string | null {
  return webUrl.max(2_000).safeParse(address).success ? (address ?? null) : null;
}

/**
 * One event for each alert. A request has no id: it is the same as another when it says the same of the
 * same alerts, whichever of several Alertmanagers sends it.
 */
export function alertDelivery(
  alerts: readonly Alert[],
  truncated: number,
): { readonly delivery: string; readonly events: readonly ParsedEvent[] } {
  const facts = alerts.map(
    ({ fingerprint, startsAt, status }) => `${fingerprint}/${startsAt}/${status}`,
  );
  const digest = createHash("sha256").update(facts.sort().join("\n")).digest("hex");
  const events: ParsedEvent[] = alerts.map((alert) => ({ kind: "alert", alert }));
  if (truncated > 0) {
    const message = `${truncated} more alerts were left out by the sender: raise its limit on alerts for each request, or group them by fewer labels`;
    events.push({ kind: "unsupported", code: "alerts_truncated", message });
  }
  return { delivery: digest.slice(0, 32), events };
}
