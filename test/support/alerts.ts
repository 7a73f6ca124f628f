import type { Alert, LabelValue } from "../../src/core/alert.ts";
import type { AlertRule } from "../../src/core/watch-policy.ts";
import type { Story, Told } from "./story.ts";
import { labelMatch } from "./watched-release.ts";

export const ALERT_LABELS = { alertname: "HighErrorRate", service: "pymk" };

/** As `{{version}}` in a configuration. */
export const THE_VERSION: LabelValue = {
  source: "{{version}}",
  fixed: false,
  valueFor: ({ version }) => version,
};

/** Alerts about the service, of the source `am`. */
export const AN_ALERT_RULE: AlertRule = { source: "am", match: labelMatch({ service: "pymk" }) };

/** Fires from now on. */
export function anAlert(told: Story, overrides: Partial<Alert> = {}): Alert {
  return {
    fingerprint: "bd0b3b031a12312c",
    status: "firing",
    name: "HighErrorRate",
    labels: ALERT_LABELS,
    summary: "5xx ratio 7.3%",
    startsAt: told.now(),
    endsAt: null,
    url: "https://prometheus.example/graph",
    because: "condition",
    ...overrides,
  };
}

export function resolved(told: Story, fired: Alert): Alert {
  return { ...fired, status: "resolved", endsAt: told.now() };
}

export function reportAlert(told: Story, alert: Alert, source = "am"): Told {
  const { component } = told.state();
  return told.tell({ type: "ReportAlert", component, environment: "production", source, alert });
}
