import type { Measure } from "../watch-policy.ts";
import { grouped } from "./grouped.ts";

/** A series that the metrics system has: its name stands under `__name__`. */
export type SeriesLabels = Readonly<Record<string, string>>;

/** Something that a check can measure. */
export interface Signal {
  readonly name: string;
  /** As a check asks for it, of one version where the series have a label for that. */
  readonly measure: SignalMeasure;
  /** The same of all versions together: what is normal. */
  readonly overall: SignalMeasure;
}

export type SignalMeasure = Extract<Measure, { readonly kind: "ratio" | "count" | "histogram" }>;

/** Labels that say how something ended, the most telling first. */
const OUTCOMES = ["outcome", "status", "result", "code", "status_code", "http_status", "grpc_code"];
const BAD_WORDS =
  /^(?:error|errors|failed|failure|fail|exception|timeout|ko|bad|rejected|dropped)$/i;
const BAD_CODE = /^5(?:\d\d|xx)$/i;
/** Labels that tell versions apart, where one of their values is a known version or they are called so. */
const VERSIONS = ["version", "release", "revision", "app_version", "model_version", "image_tag"];

/**
 * What can be measured by the series of a component: the share of bad events of a counter that says how
 * they ended, how many errors a counter of them counts, and how long something takes by a histogram.
 *
 * @param own labels that all of the series have because they are the component's
 */
export function signalsOf(
  series: readonly SeriesLabels[],
  own: SeriesLabels,
  versions: readonly string[],
): readonly Signal[] {
  const byName = grouped(series, ({ __name__: name = "" }) => name);
  return [...byName]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .flatMap(([name, all]) => signalOf(name, all, own, versions) ?? []);
}

function signalOf(
  name: string,
  series: readonly SeriesLabels[],
  own: SeriesLabels,
  versions: readonly string[],
): Signal | null {
  const version = versionLabel(series, versions);
  const selector = (more: readonly string[], ofVersion: boolean) => {
    const fixed = Object.entries(own).map(([label, value]) => `${label}=${quoted(value)}`);
    const one = ofVersion && version !== null ? [`${version}="{{version}}"`] : [];
    return `${name}{${[...fixed, ...one, ...more].join(",")}}`;
  };
  const both = (measure: (ofVersion: boolean) => SignalMeasure) => ({
    measure: measure(true),
    overall: measure(false),
  });
  if (name.endsWith("_bucket") && series.some(({ le }) => le !== undefined)) {
    const words = wordsOf(name.slice(0, -"_bucket".length));
    return {
      name: `slow ${words}`,
      ...both((one) => ({ kind: "histogram", buckets: selector([], one), over: null })),
    };
  }
  if (!name.endsWith("_total")) return null;
  const words = wordsOf(name.slice(0, -"_total".length));
  const bad = badMatcher(series);
  if (bad !== null) {
    return {
      name: `failed ${words}`,
      ...both((one) => ({
        kind: "ratio",
        bad: selector([bad], one),
        total: selector([], one),
      })),
    };
  }
  return /error|fail|exception|timeout/i.test(name)
    ? { name: words, ...both((one) => ({ kind: "count", events: selector([], one) })) }
    : null;
}

/** Which of the events are bad; null: no label says so. */
function badMatcher(series: readonly SeriesLabels[]): string | null {
  for (const label of OUTCOMES) {
    const values = [...new Set(series.flatMap((one) => one[label] ?? []))].toSorted();
    if (values.some((value) => /^[1-5](?:\d\d|xx)$/i.test(value))) return `${label}=~"5.."`;
    const bad = values.filter((value) => BAD_WORDS.test(value) || BAD_CODE.test(value));
    const [only, ...others] = bad;
    if (only !== undefined && bad.length < values.length) {
      return others.length === 0 ? `${label}=${quoted(only)}` : `${label}=~"${bad.join("|")}"`;
    }
  }
  return null;
}

function versionLabel(series: readonly SeriesLabels[], versions: readonly string[]): string | null {
  const labels = [...new Set(series.flatMap((one) => Object.keys(one)))].toSorted();
  const telling = labels.find((label) =>
    series.some((one) => versions.includes(one[label] ?? "") && label !== "le"),
  );
  return telling ?? VERSIONS.find((label) => labels.includes(label)) ?? null;
}

function wordsOf(name: string): string {
  return name.replaceAll("_", " ");
}

function quoted(value: string): string {
  return JSON.stringify(value);
}
