import type { Json } from "../../core/json.ts";
import { METRIC_TYPES, type MetricForm, metricType } from "../../shared/metric-types.ts";
import { parseQuery } from "../../shared/queries/registry.ts";
import type { Finding } from "./references.ts";
import {
  below,
  MEASURE_KEYS,
  type MeasureKey,
  queriesAt,
  sourceType,
  watchChecks,
} from "./watch-places.ts";

/** The form of answer that each measure needs of its source. */
const FORMS: Readonly<Record<MeasureKey, MetricForm>> = {
  query: "value",
  ratio: "increase",
  count: "increase",
  histogram: "buckets",
  drift: "buckets",
  patterns: "patterns",
  alerts: "alerts",
};

/** Queries that are not in the language of their source. */
export function wrongQueries(root: Json): readonly Finding[] {
  return watchChecks(root).flatMap((check) => {
    const language = metricType(sourceType(root, check) ?? "")?.language ?? null;
    const baseline = below(check, ["compare", "baseline"]);
    const queries = [check, ...(baseline === undefined ? [] : [baseline])].flatMap(queriesAt);
    return queries.flatMap(({ query: { path, value } }): readonly Finding[] => {
      // An empty one is missing, and that is said already.
      if (language === null || value.trim() === "") return [];
      const parsed = parseQuery(language, value);
      if (parsed.kind === "template") return [];
      return [{ path, at: "value", message: parsed.message, offset: parsed.offset }];
    });
  });
}

/** Measures that the type of the source has no answer to. */
export function unansweredMeasures(root: Json): readonly Finding[] {
  return watchChecks(root).flatMap((check) => {
    const name = sourceType(root, check);
    const type = metricType(name ?? "");
    if (type === null) return [];
    return MEASURE_KEYS.flatMap((key): readonly Finding[] => {
      const measure = below(check, [key]);
      if (measure === undefined || type.forms.includes(FORMS[key])) return [];
      const others = Object.entries(METRIC_TYPES)
        .filter(([, { forms }]) => (forms as readonly MetricForm[]).includes(FORMS[key]))
        .map(([other]) => other);
      const own = MEASURE_KEYS.filter((one) => type.forms.includes(FORMS[one]));
      const message = `a source of type ${name} answers ${own.join(", ")} only; name one of type ${others.join(", ")}`;
      return [{ path: measure.path, at: "key", message }];
    });
  });
}
