import { createHash } from "node:crypto";
import type { Dataset, Gap, Metrics } from "../../core/build.ts";
import { numbersAmong } from "../../shared/sent-numbers.ts";
import { cleanLine } from "../../shared/sent-text.ts";
import { type MlflowDatasetInput, type MlflowMetric, tagsOf } from "./mlflow-answers.ts";

const LONGEST_NAME = 200;
const MOST_DATASETS = 200;
const SHOWN = 5;
/** MLflow's own measurements of the machine. */
const OF_THE_MACHINE = "system/";
/** Contexts of data that a model is judged on, and not made of. */
const NOT_TRAINED_ON = new Set(["eval", "evaluation", "validation", "test", "testing", "holdout"]);

/** The last value of each metric; one that is no number is a gap. */
export function readMetrics(list: readonly MlflowMetric[]): {
  readonly metrics: Metrics;
  readonly gaps: readonly Gap[];
} {
  const last = new Map<string, MlflowMetric>();
  for (const metric of list) {
    if (metric.key.startsWith(OF_THE_MACHINE)) continue;
    const known = last.get(metric.key);
    if (known === undefined || !isBefore(metric, known)) last.set(metric.key, metric);
  }
  const { metrics, leftOut } = numbersAmong(
    [...last.values()].map(({ key, value }) => [key, finite(value)] as const),
  );
  if (leftOut.length === 0) return { metrics, gaps: [] };
  const names = leftOut.slice(0, SHOWN).map((name) => cleanLine(name, 60));
  const more = leftOut.length > SHOWN ? ` and ${leftOut.length - SHOWN} more` : "";
  const gap: Gap = {
    what: `MLflow metric ${names.join(", ")}${more}`,
    why: "its last value is no finite number, or there are more than 500 metrics; log one that can be compared",
    blocks: false,
  };
  return { metrics, gaps: [gap] };
}

/** The SQL store keeps an infinity as the largest number that there is (sqlalchemy_store.py, `_get_metric`). */
function finite(value: unknown): unknown {
  return Math.abs(Number(value)) === Number.MAX_VALUE ? null : value;
}

/** A run logs a metric at steps; of one step, what was logged later counts. */
function isBefore(a: MlflowMetric, b: MlflowMetric): boolean {
  const steps = (a.step ?? 0) - (b.step ?? 0);
  return (steps === 0 ? (a.timestamp ?? 0) - (b.timestamp ?? 0) : steps) < 0;
}

/** What the run was trained on. Two of one name are told apart by their digests. */
export function readDatasets(inputs: readonly MlflowDatasetInput[]): readonly Dataset[] {
  const found = new Map<string, Dataset>();
  for (const input of inputs) {
    const context = tagsOf(input.tags).get("mlflow.data.context")?.toLowerCase() ?? "";
    const dataset = NOT_TRAINED_ON.has(context) ? null : readDataset(input);
    if (dataset === null || found.size >= MOST_DATASETS) continue;
    const known = found.get(dataset.name);
    if (known === undefined) found.set(dataset.name, dataset);
    else if (known.version !== dataset.version || known.digest !== dataset.digest) {
      const name = cleanLine(
        `${dataset.name} (${dataset.digest ?? dataset.version})`,
        LONGEST_NAME,
      );
      found.set(name, { ...dataset, name });
    }
  }
  return [...found.values()];
}

function readDataset({ dataset }: MlflowDatasetInput): Dataset | null {
  const name = cleanLine(dataset.name ?? "", LONGEST_NAME);
  const digest = cleanLine(dataset.digest ?? "", LONGEST_NAME);
  // Empty where nothing tells one state of the data from another, which the card says.
  const version = versionIn(dataset.source ?? "") ?? digest;
  if (name === "") return null;
  const schema = dataset.schema ?? "";
  return {
    name,
    version,
    digest: digest === "" ? null : digest,
    rows: rowsIn(dataset.profile ?? ""),
    schema: schema === "" ? null : createHash("sha256").update(schema).digest("hex"),
  };
}

/** What the data's own store calls this state of it, where the source says so. */
function versionIn(source: string): string | null {
  const known = jsonObject(source);
  for (const key of ["delta_table_version", "version", "revision"]) {
    const value = known[key];
    const text = typeof value === "number" || typeof value === "string" ? String(value) : "";
    const version = cleanLine(text, LONGEST_NAME);
    if (version !== "") return version;
  }
  return null;
}

function rowsIn(profile: string): number | null {
  const rows = jsonObject(profile).num_rows;
  return typeof rows === "number" && Number.isSafeInteger(rows) && rows >= 0 ? rows : null;
}

/** Empty where the text is no JSON object. */
function jsonObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
