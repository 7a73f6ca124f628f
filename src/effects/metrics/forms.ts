import type { Reading } from "../../core/verdict.ts";
import { METRIC_TYPES, type MetricTypeName } from "../../shared/metric-types.ts";
import type { RangeForm } from "./metric-source.ts";

/** null: sources of the type have the form. Else what is to be done instead. */
export function withoutForm(type: MetricTypeName, form: RangeForm): Reading | null {
  const forms: readonly string[] = METRIC_TYPES[type].forms;
  if (forms.includes(form)) return null;
  const others = Object.entries(METRIC_TYPES).flatMap(([name, { forms: known }]) =>
    (known as readonly string[]).includes(form) ? [name] : [],
  );
  return {
    kind: "error",
    why: `${type} has no ${form}; ask a source of type ${others.join(", ")}`,
  };
}

/** Of a source that has no alerts. */
export function noAlerts(type: MetricTypeName): Reading {
  return {
    kind: "error",
    why: `${type} is not asked for alerts; ask a source of type alertmanager, grafana or prometheus`,
  };
}
