import { METRIC_TYPES, type MetricTypeName } from "../../shared/metric-types.ts";
import type { Refused } from "./answer-words.ts";
import type { RangeForm } from "./metric-source.ts";

/** null: sources of the type have the form. Else what is to be done instead. */
export function withoutForm(type: MetricTypeName, form: RangeForm): Refused | null {
  const forms: readonly string[] = METRIC_TYPES[type].forms;
  return forms.includes(form) ? null : lacking(type, form);
}

/** Of a type that has not the form. */
export function lacking(type: MetricTypeName, form: RangeForm): Refused {
  const others = Object.entries(METRIC_TYPES).flatMap(([name, { forms }]) =>
    (forms as readonly string[]).includes(form) ? [name] : [],
  );
  return {
    kind: "error",
    why: `${type} has no ${form}; ask a source of type ${others.join(", ")}`,
  };
}

/** Of a source that has no alerts. */
export function noAlerts(type: MetricTypeName): Refused {
  return {
    kind: "error",
    why: `${type} is not asked for alerts; ask a source of type alertmanager, grafana or prometheus`,
  };
}
