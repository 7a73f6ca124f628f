import type { Json } from "../../core/json.ts";
import { type Found, find, textAt } from "./find.ts";

const WATCH = ["components", "*", "environments", "*", "watch"];

/** Where checks of watches are written. */
export const CHECKS_OF_WATCHES: readonly (readonly string[])[] = [
  [...WATCH, "checks"],
  [...WATCH, "guard", "checks"],
  [...WATCH, "confirm", "checks"],
];

/** All checks of watches, guards and confirmations. */
export function watchChecks(root: Json): readonly Found[] {
  return CHECKS_OF_WATCHES.flatMap((pattern) => find(root, [...pattern, "*"]));
}

/** What is written at a path of literal keys below something found; undefined: nothing. */
export function below({ path, value }: Found, keys: readonly string[]): Found | undefined {
  const [found] = find(value, keys);
  return found === undefined ? undefined : { path: [...path, ...found.path], value: found.value };
}

/** The type of the metrics source of a check; null: it names none. */
export function sourceType(root: Json, check: Found): string | null {
  const source = find(root, ["metrics", textAt(check, "source") ?? ""])[0];
  return source === undefined ? null : textAt(source, "type");
}

/** The kinds of measures, and where in each the queries are. */
export const QUERIES = {
  query: [[]],
  ratio: [["bad"], ["good"], ["total"]],
  count: [["events"]],
  histogram: [["buckets"]],
  drift: [["buckets"]],
  patterns: [["query"]],
  alerts: [],
} as const satisfies Readonly<Record<string, readonly (readonly string[])[]>>;

export type MeasureKey = keyof typeof QUERIES;

export const MEASURE_KEYS = Object.keys(QUERIES) as readonly MeasureKey[];

/** The queries that are written below a check or its `baseline`, with the measure that each is of. */
export function queriesAt(
  place: Found,
): readonly { readonly key: MeasureKey; readonly query: Found & { readonly value: string } }[] {
  return MEASURE_KEYS.flatMap((key) =>
    QUERIES[key].flatMap((keys) => {
      const found = below(place, [key, ...keys]);
      const { value } = found ?? {};
      return found === undefined || typeof value !== "string"
        ? []
        : [{ key, query: { path: found.path, value } }];
    }),
  );
}
