import { parse as parseYaml } from "yaml";
import { errorText } from "../shared/errors.ts";
import { filesOfDvc, isDvcDiff, isDvcShow, newOfDvcDiff } from "./dvc-metrics.ts";
import { isJsonObject, type JsonObject } from "./json-object.ts";
import { metricsOfApi, mlflowPoints } from "./mlflow-metrics.ts";
import { parseJson } from "./parse-json.ts";
import { ok, problem, type Result } from "./result.ts";

export interface Measured {
  readonly metrics: Readonly<Record<string, number>>;
  readonly slices: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Names of members that are no numbers: they were left out. */
  readonly leftOut: readonly string[];
  /** For people. */
  readonly note?: string;
}

export type MetricsFormat = "json" | "yaml";

/** Deeper than any metrics file, and shallow enough to walk. */
const DEEPEST = 32;

/**
 * The numbers of a metrics file: a flat or nested object, whose nesting becomes dots in the names
 * (`eval.holdout.auc`); what `dvc metrics show --json` prints; either of the two with a member `slices` that
 * holds an object of metrics for each slice; the new side of what `dvc metrics diff --json` prints; or a run
 * of MLflow's API.
 */
export function readMetrics(text: string, format: MetricsFormat = "json"): Result<Measured> {
  const parsed = parse(text, format);
  if (parsed.kind === "problem") return parsed;
  const points = mlflowPoints(parsed.value);
  if (points !== null) {
    const found = metricsOfApi(points);
    if (found.kind === "problem") return found;
    const none = Object.keys(found.value).length === 0;
    return none ? NO_NUMBER : ok({ metrics: found.value, slices: {}, leftOut: [] });
  }
  const isDiff = isDvcDiff(parsed.value);
  const chosen = filesIn(parsed.value, isDiff);
  if (chosen.kind === "problem") return chosen;

  const collected = new Collector();
  const slices = new Map<string, Collector>();
  for (const file of chosen.value) {
    const { metrics, slices: parts } = split(file);
    collected.add(metrics, []);
    for (const [name, part] of Object.entries(parts)) {
      const slice = slices.get(name) ?? new Collector();
      slice.add(part, []);
      slices.set(name, slice);
    }
  }
  const all = [collected, ...slices.values()];
  const wrong = all.map(({ wrong: first }) => first).find((first) => first !== null) ?? null;
  if (wrong !== null) return problem(wrong);
  if (all.every(({ size }) => size === 0)) return NO_NUMBER;
  return ok({
    metrics: collected.metrics(),
    slices: Object.fromEntries([...slices].map(([name, slice]) => [name, slice.metrics()])),
    leftOut: all.flatMap(({ leftOut }) => leftOut),
    ...(isDiff ? { note: ONLY_CHANGES } : {}),
  });
}

const NO_NUMBER = problem("holds no number");

const ONLY_CHANGES =
  "dvc metrics diff prints only the metrics that changed: give it --all, or report what dvc metrics show --json prints";

function filesIn(value: JsonObject, isDiff: boolean): Result<readonly JsonObject[]> {
  if (isDvcShow(value)) return filesOfDvc(value);
  return ok(isDiff ? newOfDvcDiff(value) : [value]);
}

/** Numbers by their dotted names. */
class Collector {
  readonly leftOut: string[] = [];
  /** The first thing that makes the file useless. */
  wrong: string | null = null;
  readonly #numbers = new Map<string, number>();

  add(value: unknown, path: readonly string[]): void {
    const name = path.join(".");
    if (typeof value === "number") this.#put(name, value);
    else if (!isJsonObject(value)) this.leftOut.push(name);
    else if (path.length >= DEEPEST) this.wrong ??= `is nested more than ${DEEPEST} deep`;
    else for (const [key, member] of Object.entries(value)) this.add(member, [...path, key]);
  }

  get size(): number {
    return this.#numbers.size;
  }

  metrics(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#numbers);
  }

  #put(name: string, value: number): void {
    if (!Number.isFinite(value)) this.wrong ??= `${name}: is not a finite number`;
    else if (this.#numbers.has(name)) this.wrong ??= `${name}: is there twice`;
    else this.#numbers.set(name, value);
  }
}

function split(file: JsonObject): {
  readonly metrics: JsonObject;
  readonly slices: Readonly<Record<string, JsonObject>>;
} {
  const { slices, ...others } = file;
  const hasSlices = isJsonObject(slices) && Object.values(slices).every(isJsonObject);
  const rest = hasSlices ? others : file;
  const [only, ...more] = Object.entries(rest);
  const wrapped = only?.[0] === "metrics" && more.length === 0 && isJsonObject(only[1]);
  return {
    metrics: wrapped && isJsonObject(only[1]) ? only[1] : rest,
    slices: hasSlices ? (slices as Readonly<Record<string, JsonObject>>) : {},
  };
}

/** By the name of its file: only what is called so is YAML. */
function parse(text: string, format: MetricsFormat): Result<JsonObject> {
  if (format === "json") return parseJson(text);
  if (text.includes("__proto__")) return problem("has a member named __proto__, which is refused");
  try {
    const value: unknown = parseYaml(text);
    return isJsonObject(value) ? ok(value) : problem("must be a YAML mapping");
  } catch (error) {
    const [what] = errorText(error).split("\n", 1);
    return problem(`is not YAML: ${what}`);
  }
}
