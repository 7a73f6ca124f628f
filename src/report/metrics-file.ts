import { filesOfDvc, isDvcDiff, isDvcShow } from "./dvc-metrics.ts";
import { isJsonObject, type JsonObject } from "./json-object.ts";
import { ok, problem, type Result } from "./result.ts";

export interface Measured {
  readonly metrics: Readonly<Record<string, number>>;
  readonly slices: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Names of members that are no numbers: they were left out. */
  readonly leftOut: readonly string[];
}

/** Deeper than any metrics file, and shallow enough to walk. */
const DEEPEST = 32;

/**
 * The numbers of a metrics file: a flat or nested object, whose nesting becomes dots in the names
 * (`eval.holdout.auc`); what `dvc metrics show --json` prints; or either of the two with a member
 * `slices` that holds an object of metrics for each slice.
 */
export function readMetrics(text: string): Result<Measured> {
  const parsed = parseJson(text);
  if (parsed.kind === "problem") return parsed;
  const chosen = isDvcShow(parsed.value) ? filesOfDvc(parsed.value) : ok([parsed.value]);
  if (chosen.kind === "problem") return chosen;

  const collected = new Collector();
  const slices = new Map<string, Collector>();
  for (const file of chosen.value) {
    if (isDvcDiff(file)) {
      return problem("is a comparison: report what dvc metrics show --json prints, not diff");
    }
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
  if (all.every(({ size }) => size === 0)) return problem("holds no number");
  return ok({
    metrics: collected.metrics(),
    slices: Object.fromEntries([...slices].map(([name, slice]) => [name, slice.metrics()])),
    leftOut: all.flatMap(({ leftOut }) => leftOut),
  });
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

function parseJson(text: string): Result<JsonObject> {
  // Assigning a member of this name would replace a prototype instead.
  if (text.includes("__proto__")) return problem("has a member named __proto__, which is refused");
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^﻿/, ""));
  } catch {
    return problem(
      /\b(?:NaN|Infinity)\b/.test(text)
        ? "is not JSON: NaN and Infinity are not JSON, leave such a metric out"
        : "is not JSON",
    );
  }
  return isJsonObject(value) ? ok(value) : problem("must be a JSON object");
}
