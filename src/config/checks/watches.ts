import type { Json } from "../../core/json.ts";
import { MOST_KEPT } from "../../core/watch/kept-samples.ts";
import { parseDuration } from "../duration.ts";
import { type Found, find, textAt } from "./find.ts";
import type { Finding } from "./references.ts";
import { below, CHECKS_OF_WATCHES } from "./watch-places.ts";

/** Prometheus refuses more points than this in one answer. */
const MOST_POINTS = 11_000;
/** Of each side, for a comparison by mann-whitney. */
const LEAST_COMPARED = 50;

/** Limits on measurements, and by how many fewer than there are they can be reached. */
const LIMITS = {
  minSamples: 0,
  consecutiveFailures: 0,
  consecutiveSuccesses: 0,
  failureLimit: 1,
  inconclusiveLimit: 1,
} as const;

/** Watches, guards and confirmations that could never come to a verdict. */
export function impossibleWatches(root: Json): readonly Finding[] {
  return CHECKS_OF_WATCHES.flatMap((pattern) =>
    find(root, pattern.slice(0, -1)).flatMap((place) => {
      const isGuard = place.path.at(-1) === "guard";
      const inherited = isGuard && below(place, ["checks"]) === undefined;
      const checks = inherited ? checksAbove(root, place) : below(place, ["checks"]);
      const lengthKey = isGuard ? "window" : "for";
      return [
        ...impossible(place, lengthKey, checks),
        ...forgotten(root, place, lengthKey, checks),
      ];
    }),
  );
}

/** Those of the watch that a guard belongs to. */
function checksAbove(root: Json, { path }: Found): Found | undefined {
  return below({ path: [], value: root }, [...path.slice(0, -1).map(String), "checks"]);
}

function impossible(
  place: Found,
  lengthKey: "for" | "window",
  checks: Found | undefined,
): readonly Finding[] {
  const length = durationAt(place, lengthKey);
  const every = durationAt(place, "every");
  const warmUp = durationAt(place, "warmUp") ?? 0;
  if (length === null || every === null || every === 0) return [];
  const at = (key: string, message: string): Finding => ({
    path: [...place.path, key],
    at: "value",
    message,
  });
  if (every > length) {
    return [at("every", `is longer than ${lengthKey}: nothing would be measured`)];
  }
  if (warmUp >= length) return [at("warmUp", "is not shorter than for: nothing would be judged")];
  if (length / every + 1 > MOST_POINTS) {
    return [at("every", `gives more than ${MOST_POINTS} measurements; measure less often`)];
  }
  const judged = Math.floor((length - warmUp) / every) + 1;
  if (checks === undefined) return [];
  return [...unreachable(checks, judged), ...tooFewToCompare(checks, judged)];
}

/** Checks of sources that have only the present, and of which too little is remembered. */
function forgotten(
  root: Json,
  place: Found,
  lengthKey: "for" | "window",
  checks: Found | undefined,
): readonly Finding[] {
  const points = (durationAt(place, lengthKey) ?? 0) / (durationAt(place, "every") ?? 1);
  if (checks === undefined || !(points + 1 > MOST_KEPT)) return [];
  const name = find(checks.value, ["*"])
    .map((check) => textAt(check, "source") ?? "")
    .find((source) => find(root, ["metrics", source, "value"]).length > 0);
  if (name === undefined) return [];
  const message = `gives more than ${MOST_KEPT} measurements, and of ${name}, which has only the present, no more are remembered; measure less often, or give ${name} points in place of value`;
  return [{ path: [...place.path, "every"], at: "value", message }];
}

function unreachable(checks: Found, judged: number): readonly Finding[] {
  return Object.entries(LIMITS).flatMap(([key, fewer]) =>
    find(checks.value, ["*", key]).flatMap(({ path, value }): readonly Finding[] => {
      const most = judged - fewer;
      if (typeof value !== "number" || value <= most) return [];
      const message = `can never be reached: only ${judged} measurements are judged; at most ${most}`;
      return [{ path: [...checks.path, ...path], at: "value", message }];
    }),
  );
}

function tooFewToCompare(checks: Found, judged: number): readonly Finding[] {
  return find(checks.value, ["*", "compare", "method"]).flatMap(
    ({ path, value }): readonly Finding[] => {
      if (value !== "mann-whitney" || judged >= LEAST_COMPARED) return [];
      const message = `needs ${LEAST_COMPARED} measurements, and only ${judged} are judged; measure more often or for longer, or write sequential`;
      return [{ path: [...checks.path, ...path], at: "value", message }];
    },
  );
}

function durationAt(found: Found, key: string): number | null {
  return parseDuration(textAt(found, key) ?? "");
}
