import type { Build, Check, Dataset, Metrics } from "../../core/build.ts";
import { numbersAmong } from "../../shared/sent-numbers.ts";
import { digestOf } from "./delivery-key.ts";
import type { FacetReader } from "./openlineage-facets.ts";
import { METRICS_FACET } from "./openlineage-names.ts";
import {
  assertionsFacet,
  type LineageDataset,
  metricsFacet,
  type RunEvent,
  rowsFacet,
  schemaFacet,
  testFacet,
  versionFacet,
} from "./openlineage-schema.ts";
import { REPORT_LIMITS } from "./report-schema.ts";
import { cleanLine } from "./text.ts";

const SCHEMA_DIGITS = 32;

/** The address of a data set, as people know it: `s3://feature-store/transactions/features`. */
export function datasetName({ namespace, name }: LineageDataset): string {
  // A namespace without an authority, such as file://, is followed by the path as it is.
  if (namespace.endsWith("://")) return cleanLine(namespace + name, REPORT_LIMITS.name);
  const place = namespace.replace(/\/+$/, "");
  return cleanLine(
    place === "" ? name : `${place}/${name.replace(/^\/+/, "")}`,
    REPORT_LIMITS.name,
  );
}

/** What was read. A data set whose version nobody names has an empty one, which the card says. */
export function readInputs(event: RunEvent, facets: FacetReader): readonly Dataset[] {
  const found = new Map<string, Dataset>();
  for (const input of event.inputs ?? []) {
    const name = datasetName(input);
    if (name === "" || found.size >= REPORT_LIMITS.datasets) continue;
    const version = facets.read(input.facets, "version", versionFacet)?.datasetVersion ?? "";
    const fields = facets.read(input.facets, "schema", schemaFacet)?.fields ?? [];
    found.set(name, {
      name,
      version: cleanLine(version, REPORT_LIMITS.name),
      digest: null,
      rows: rowsOf(input, facets),
      schema:
        fields.length === 0 ? null : digestOf(fields.map(columnOf).sort()).slice(0, SCHEMA_DIGITS),
    });
  }
  return [...found.values()];
}

/** A column without its description, and whatever its place. */
function columnOf(field: unknown): string {
  if (typeof field !== "object" || field === null) return JSON.stringify(field) ?? "";
  const { name, type, fields } = field as Readonly<Record<string, unknown>>;
  const inner = Array.isArray(fields) ? fields.map(columnOf).sort() : [];
  return JSON.stringify([name, type, inner]);
}

function rowsOf({ facets: own, inputFacets }: LineageDataset, facets: FacetReader): number | null {
  const counts = [
    facets.read(inputFacets, "dataQualityMetrics", rowsFacet),
    facets.read(own, "dataQualityMetrics", rowsFacet),
    facets.read(inputFacets, "inputStatistics", rowsFacet),
  ].map((facet) => facet?.rowCount ?? null);
  return (
    counts.find((count) => count !== null && Number.isSafeInteger(count) && count >= 0) ?? null
  );
}

/**
 * Tests of the run, and assertions about its data. Those stand in `inputFacets` by the specification, and in
 * `facets` where dbt writes them. What failed only as a warning is one.
 */
export function readChecks(event: RunEvent, facets: FacetReader): readonly Check[] {
  const job = event.job.name;
  const tests = facets.read(event.run.facets, "test", testFacet, true)?.tests ?? [];
  const datasets = [...(event.inputs ?? []), ...(event.outputs ?? [])];
  return named([
    ...tests.map(({ name, status, severity, expected, actual }) => ({
      name: `${job}: ${name}`,
      status: testStatus(status, severity),
      expected,
      actual,
    })),
    ...datasets.flatMap((dataset) =>
      [dataset.inputFacets, dataset.facets]
        .flatMap(
          (some) =>
            facets.read(some, "dataQualityAssertions", assertionsFacet, true)?.assertions ?? [],
        )
        .map(({ assertion, success, column, severity, name, expected, actual }) => ({
          name: `${datasetName(dataset)}: ${name ?? assertion}${column ? ` (${column})` : ""}`,
          status: success ? ("pass" as const) : failed(severity),
          expected,
          actual,
        })),
    ),
  ]);
}

function failed(severity: string | null | undefined): Check["status"] {
  return severity?.toLowerCase() === "warn" ? "warn" : "fail";
}

/** A word that is not known is no pass. */
function testStatus(status: string, severity: string | null | undefined): Check["status"] {
  const word = status.toLowerCase();
  if (word === "pass" || word === "skip") return word;
  return word === "fail" ? failed(severity) : "error";
}

/** Two of one name are told apart, so that a failed one is not replaced by one that passed. */
function named(
  checks: readonly {
    readonly name: string;
    readonly status: Check["status"];
    readonly expected?: string | null | undefined;
    readonly actual?: string | null | undefined;
  }[],
): readonly Check[] {
  const names = new Map<string, Check>();
  for (const { name, status, expected, actual } of checks.slice(0, REPORT_LIMITS.checks)) {
    const base = cleanLine(name, REPORT_LIMITS.name - 8);
    const copy = { status, expected: textOf(expected), actual: textOf(actual) };
    const same = (known: Check | undefined) =>
      known?.status === status && known.expected === copy.expected && known.actual === copy.actual;
    let unique = base;
    for (let number = 2; names.has(unique) && !same(names.get(unique)); number += 1) {
      unique = `${base} (${number})`;
    }
    names.set(unique, { name: unique, ...copy });
  }
  return [...names.values()];
}

function textOf(text: string | null | undefined): string | null {
  const clean = cleanLine(text ?? "", REPORT_LIMITS.text);
  return clean === "" ? null : clean;
}

/** The metrics of our facet, and those of slices of the data apart. */
export function readModelMetrics(
  event: RunEvent,
  facets: FacetReader,
): Pick<Build, "metrics" | "slices"> & { readonly leftOut: readonly string[] } {
  const list = facets.read(event.run.facets, METRICS_FACET, metricsFacet, true)?.metrics ?? [];
  const slices = new Map<string, [string, unknown][]>();
  for (const { name, value, slice } of list) {
    const key = cleanLine(slice ?? "", REPORT_LIMITS.name);
    const entries = slices.get(key) ?? [];
    entries.push([name, value]);
    if (key !== "__proto__") slices.set(key, entries);
  }
  const read = [...slices]
    .slice(0, REPORT_LIMITS.slices)
    .map(([slice, entries]) => [slice, numbersAmong(entries)] as const);
  const numbers = new Map<string, Metrics>(read.map(([slice, { metrics }]) => [slice, metrics]));
  const metrics = numbers.get("") ?? {};
  numbers.delete("");
  return {
    metrics,
    slices: Object.fromEntries(numbers),
    leftOut: read.flatMap(([, { leftOut }]) => leftOut),
  };
}
