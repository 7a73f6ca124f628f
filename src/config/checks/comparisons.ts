import type { Json } from "../../core/json.ts";
import { readsBaseline } from "../expression.ts";
import { type Found, keysAt, textAt } from "./find.ts";
import type { Finding } from "./references.ts";
import { below, MEASURE_KEYS, type MeasureKey, queriesAt, watchChecks } from "./watch-places.ts";

/** Judged by their own statistic, against what was before. */
const BY_THEMSELVES: readonly string[] = ["drift", "patterns", "alerts"];
/** Compared without being asked. */
const RELATIVE: readonly string[] = ["ratio", "count", "histogram", "drift", "patterns"];

/** Comparisons that compare nothing, and checks that judge nothing. */
export function wrongComparisons(root: Json): readonly Finding[] {
  return watchChecks(root).flatMap((check) => {
    const keys = MEASURE_KEYS.filter((key) => below(check, [key]) !== undefined);
    const [key] = keys;
    // How many there are is for the schema to say.
    if (key === undefined || keys.length > 1) return [];
    return [
      ...unjudged(check, key),
      ...uncompared(check, key),
      ...baselineProblems(check, key),
      ...sameSides(check),
    ];
  });
}

function unjudged(check: Found, key: MeasureKey): readonly Finding[] {
  const { path } = check;
  const written = ["pass", "fail"].filter((name) => below(check, [name]) !== undefined);
  if (BY_THEMSELVES.includes(key)) {
    return written.map((name) => ({
      path: [...path, name],
      at: "key",
      message: `${key} is judged by itself and takes no conditions; remove it`,
    }));
  }
  if (key !== "query" || written.length > 0 || below(check, ["compare"]) !== undefined) return [];
  const message =
    "says not what is good; write pass, e.g. value >= 0.97, or compare: { worse: higher }";
  return [{ path, at: "key", message }];
}

/** What is read, and is not there. */
function uncompared(check: Found, key: MeasureKey): readonly Finding[] {
  if (below(check, ["compare"]) !== undefined) return [];
  const isJudged = below(check, ["pass"]) !== undefined || below(check, ["fail"]) !== undefined;
  if (RELATIVE.includes(key) && !isJudged) return [];
  return ["pass", "fail"].flatMap((name): readonly Finding[] => {
    const condition = textAt(check, name);
    if (condition === null || !readsBaseline(condition)) return [];
    const message = "reads baseline, and nothing is compared; write compare: auto beside it";
    return [{ path: [...check.path, name], at: "value", message }];
  });
}

function baselineProblems(check: Found, key: MeasureKey): readonly Finding[] {
  const compare = below(check, ["compare"]);
  if (compare === undefined) return [];
  const at = (path: Found["path"], message: string): Finding => ({ path, at: "key", message });
  if (key === "alerts") {
    return [at(compare.path, "alerts are compared with nothing; remove it")];
  }
  const keys = keysAt(compare.value, []);
  const idle = ["method", "worse", "effect"].filter((name) => keys.includes(name));
  const found: Finding[] =
    key === "drift" || key === "patterns"
      ? idle.map((name) =>
          at([...compare.path, name], `${key} has its own measure of the difference; remove it`),
        )
      : [];
  if (key === "query" && !keys.includes("worse")) {
    const message =
      "says not which way is worse; write worse: higher, as for errors and latencies, or worse: lower";
    found.push(at(compare.path, message));
  }
  const baseline = below(compare, ["baseline"]);
  if (baseline === undefined) return found;
  const queries = (place: Found) => queriesAt(place).map(({ query: { path } }) => path.at(-1));
  const same = queries(baseline).join() === queries(check).join();
  if (!same || keysAt(baseline.value, []).join() !== key) {
    const message = `must have the same queries as the check: ${key}`;
    found.push(at(baseline.path, message));
  }
  return found;
}

/** Both sides would be asked for the same, or for what cannot have been there. */
function sameSides(check: Found): readonly Finding[] {
  const compare = below(check, ["compare"]);
  const baseline = compare === undefined ? null : textAt(compare, "with");
  if (compare === undefined || baseline === null) return [];
  if (below(compare, ["baseline"]) !== undefined) return [];
  const queries = queriesAt(check).map(({ query }) => query.value);
  const ofVersion = queries.some((query) => /\{\{\s*version\s*\}\}/.test(query));
  const path = [...compare.path, "with"];
  if (baseline === "stable" && !ofVersion) {
    const message =
      "the version beside it has the same queries: use {{version}} in them, or write a baseline with others";
    return [{ path, at: "value", message }];
  }
  if (baseline === "last-week" && ofVersion) {
    const message =
      "a week before there was no such {{version}}: write a baseline with queries that do without it";
    return [{ path, at: "value", message }];
  }
  return [];
}
