import { z } from "zod";
import type { Reading } from "../../../core/verdict.ts";
import type { Clock } from "../../../shared/clock.ts";
import { inGoQuotes } from "../../../shared/queries/re2.ts";
import type { HttpAnswer } from "../../http-exchange.ts";
import { alertsReading, type FiringAlert, hasLabels } from "../alerts.ts";
import { jsonOf, notFrom, refusalOf } from "../answer-words.ts";
import { lacking } from "../forms.ts";
import { createMetricServer, type MetricServerSettings } from "../metric-server.ts";
import type { MetricSource } from "../metric-source.ts";

const LARGEST_ANSWER = 8_000_000;

const texts = z.record(z.string(), z.string());

const Answer = z.array(
  z.object({
    labels: texts,
    annotations: texts.nullish(),
    startsAt: z.iso.datetime({ offset: true }),
    fingerprint: z.string().regex(/^[0-9a-f]{1,64}$/),
    generatorURL: z.string().nullish(),
    status: z.object({ state: z.string(), mutedBy: z.array(z.string()).nullish() }),
  }),
);

type AnsweredAlert = z.output<typeof Answer>[number];

interface AlertSystem {
  readonly type: "alertmanager" | "grafana";
  readonly title: string;
  /** Of its API, behind the base address. */
  readonly path: string;
  /** Alerts of which it only knows that it could not measure. */
  readonly couldNotMeasure: (alert: AnsweredAlert) => boolean;
  /** Where people look at alerts, and how its address says which. */
  readonly page: (server: ReturnType<typeof createMetricServer>, query: string) => string | null;
}

/** Alertmanager, and Mimir's behind its prefix. */
export function createAlertmanagerSource(
  settings: MetricServerSettings,
  services: { readonly clock: Clock },
): MetricSource {
  return createAlertSource(settings, services, {
    type: "alertmanager",
    title: "Alertmanager",
    path: "/api/v2/alerts",
    couldNotMeasure: () => false,
    page: (server, query) => {
      const filter = query === "" ? "" : `&filter=${encodeURIComponent(query)}`;
      return server.pageAt("/", {}, `/alerts?silenced=false&inhibited=false&active=true${filter}`);
    },
  });
}

/** Alerts that Grafana makes of a rule that it cannot evaluate. */
const CANNOT_MEASURE = ["DatasourceNoData", "DatasourceError"];
/** Its annotation where the rule says that no data, or an error, is to fire. */
const REASONS_OF_NO_DATA = ["NoData", "Error"];

/** The alerts of Grafana's own rules, of which it keeps an Alertmanager. */
export function createGrafanaSource(
  settings: MetricServerSettings,
  services: { readonly clock: Clock },
): MetricSource {
  return createAlertSource(settings, services, {
    type: "grafana",
    title: "Grafana",
    path: "/api/alertmanager/grafana/api/v2/alerts",
    couldNotMeasure: ({ labels, annotations }) =>
      CANNOT_MEASURE.includes(labels.alertname ?? "") ||
      REASONS_OF_NO_DATA.includes(annotations?.grafana_state_reason ?? ""),
    page: (server, query) => server.pageAt("/alerting/list", query === "" ? {} : { search: query }),
  });
}

function createAlertSource(
  settings: MetricServerSettings,
  services: { readonly clock: Clock },
  system: AlertSystem,
): MetricSource {
  const server = createMetricServer(settings, services);

  async function alerts(
    match: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Reading> {
    // Each of these is true where nothing is said.
    const query = new URLSearchParams({ active: "true", silenced: "false", inhibited: "false" });
    for (const [name, value] of Object.entries(match)) query.append("filter", matcher(name, value));
    const answer = await server.ask({ path: system.path, query, maxBytes: LARGEST_ANSWER }, signal);
    return parseAlerts(answer, match, system);
  }

  return {
    name: settings.name,
    render: (query) => query,
    range: ({ form }) => server.reading(async () => lacking(system.type, form)),
    alerts: (match, signal) => server.reading(() => alerts(match, signal)),
    link: (query) => system.page(server, query),
  };
}

/** A label's name may hold any character since Alertmanager 0.27; then it is quoted, too. */
function matcher(name: string, value: string): string {
  const quoted = /^[A-Za-z_:][\w:]*$/.test(name) ? name : `"${inGoQuotes(name, '"')}"`;
  return `${quoted}="${inGoQuotes(value, '"')}"`;
}

function parseAlerts(
  answer: HttpAnswer,
  match: Readonly<Record<string, string>>,
  { title, couldNotMeasure }: AlertSystem,
): Reading {
  const refusal = refusalOf(answer, wordsOf);
  if (refusal !== null) return { kind: "error", why: refusal };
  const parsed = Answer.safeParse(jsonOf(answer));
  if (!parsed.success) return { kind: "error", why: notFrom(title, answer) };
  const matching = parsed.data.filter(({ labels }) => hasLabels(labels, match));
  const unknown = matching.find(({ status }) => status.state === "unprocessed");
  if (unknown !== undefined) {
    const why = `it does not know yet whether the alert ${unknown.labels.alertname ?? ""} is silenced`;
    return { kind: "partial", why };
  }
  return alertsReading(
    matching
      .filter(({ status }) => status.state === "active" && (status.mutedBy ?? []).length === 0)
      .map(
        (alert): FiringAlert => ({
          fingerprint: alert.fingerprint,
          labels: alert.labels,
          annotations: alert.annotations ?? {},
          startsAt: Date.parse(alert.startsAt),
          url: alert.generatorURL ?? null,
          because: couldNotMeasure(alert) ? "no-data" : "condition",
        }),
      ),
  );
}

/** It refuses with a text in JSON, or with `{code, message}`. */
function wordsOf(body: unknown): string | null {
  if (typeof body === "string") return body;
  const said = z.object({ message: z.string() }).safeParse(body);
  return said.success ? said.data.message : null;
}
