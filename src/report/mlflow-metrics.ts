import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isJsonObject, type JsonObject } from "./json-object.ts";
import { ok, problem, type Result } from "./result.ts";

type Metrics = Readonly<Record<string, number>>;

/** One value of a metric. MLflow keeps all of them; the one of the last step counts. */
interface Point {
  readonly key: string;
  readonly value: number;
  readonly step: number;
  /** Milliseconds. */
  readonly timestamp: number;
}

/** Folders in folders that a key such as `eval/holdout/auc` makes. */
const DEEPEST = 16;

/** `runs/get`, `runs/search` of one run, or `metrics/get-history` of MLflow's API; null: none of them. */
export function mlflowPoints(value: JsonObject): readonly unknown[] | null {
  const { run, metrics } = value;
  const data = isJsonObject(run) && isJsonObject(run.data) ? run.data.metrics : metrics;
  if (!Array.isArray(data)) return null;
  return data.every((one) => isJsonObject(one) && typeof one.key === "string") ? data : null;
}

export function metricsOfApi(points: readonly unknown[]): Result<Metrics> {
  const read: Point[] = [];
  for (const point of points) {
    const { key, value, step, timestamp } = point as JsonObject & { readonly key: string };
    // The API writes what is no number as a text: NaN, Infinity.
    const number = typeof value === "string" ? Number(value) : value;
    if (typeof number !== "number") return problem(`${key}: has no value`);
    read.push({ key, value: number, step: numberOf(step), timestamp: numberOf(timestamp) });
  }
  return lastOf(read);
}

/** The API writes 64-bit numbers as texts. */
function numberOf(value: unknown): number {
  const number = Number(value ?? 0);
  return Number.isFinite(number) ? number : 0;
}

/** The folder of a run, or its `metrics` folder, in MLflow's file store: `metrics/<key>`. */
export async function metricsOfFolder(path: string): Promise<Result<Metrics>> {
  const inside = join(path, "metrics");
  const folder = await stat(inside).catch(() => null);
  const root = folder?.isDirectory() === true ? inside : path;
  const points: Point[] = [];
  for (const key of await keysIn(root, "", 0)) {
    const lines = (await readFile(join(root, key), "utf8"))
      .split("\n")
      .filter((line) => line !== "");
    for (const line of lines) {
      const point = readLine(key, line);
      if (point === null) {
        return problem(`${key}: is not what MLflow keeps of a metric: timestamp, value, step`);
      }
      points.push(point);
    }
  }
  return points.length === 0 ? problem("is a folder without metrics of MLflow") : lastOf(points);
}

async function keysIn(root: string, prefix: string, depth: number): Promise<readonly string[]> {
  if (depth > DEEPEST) return [];
  const entries = await readdir(join(root, prefix), { withFileTypes: true });
  const keys: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) keys.push(...(await keysIn(root, name, depth + 1)));
    else if (entry.isFile()) keys.push(name);
  }
  return keys;
}

/** `1795309900000 0.9671 0`; versions of old write no step, newer ones more behind it. */
function readLine(key: string, line: string): Point | null {
  const [timestamp, value = "", step = "0"] = line.trim().split(/\s+/);
  if (!/^\d+$/.test(timestamp ?? "") || value === "" || !/^-?\d+$/.test(step)) return null;
  const number = /^[-+]?inf/i.test(value) ? Number.POSITIVE_INFINITY : Number(value);
  return Number.isNaN(number) && !/^nan$/i.test(value)
    ? null
    : { key, value: number, step: Number(step), timestamp: Number(timestamp) };
}

function lastOf(points: readonly Point[]): Result<Metrics> {
  const last = new Map<string, Point>();
  for (const point of points) {
    const before = last.get(point.key);
    const isLater =
      before === undefined ||
      point.step > before.step ||
      (point.step === before.step && point.timestamp >= before.timestamp);
    if (isLater) last.set(point.key, point);
  }
  for (const { key, value, step } of last.values()) {
    if (Number.isFinite(value)) continue;
    return problem(
      `${key}: its last value, of step ${step}, is ${Number.isNaN(value) ? "NaN" : "infinite"}: a gate cannot read it`,
    );
  }
  return ok(Object.fromEntries([...last.values()].map(({ key, value }) => [key, value])));
}
