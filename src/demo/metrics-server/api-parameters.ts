import { parseDuration } from "./promql/literals.ts";
import { QueryError } from "./promql/query-error.ts";

const MAXIMUM_STEPS = 11_000;

export interface Range {
  /** Milliseconds since the Unix epoch; the first point is here, the next one step later. */
  readonly start: number;
  readonly end: number;
  /** Milliseconds. */
  readonly step: number;
}

/** @throws QueryError `bad_data` that names the parameter */
export function readTime(parameters: URLSearchParams, name: string, fallback?: number): number {
  const text = parameters.get(name) ?? "";
  if (text === "" && fallback !== undefined) return fallback;
  const seconds = numberOf(text);
  const at = seconds === null ? rfc3339(text) : Math.round(seconds * 1000);
  if (Number.isFinite(at)) return at;
  throw invalid(name, `cannot parse ${JSON.stringify(text)} to a valid timestamp`);
}

/** @throws QueryError `bad_data` that names the parameter */
export function readRange(parameters: URLSearchParams): Range {
  const start = readTime(parameters, "start");
  const end = readTime(parameters, "end");
  if (end < start) throw invalid("end", "end timestamp must not be before start time");
  const step = readDuration(parameters, "step");
  if (step <= 0) {
    throw invalid(
      "step",
      "zero or negative query resolution step widths are not accepted. Try a positive integer",
    );
  }
  if ((end - start) / step > MAXIMUM_STEPS) {
    throw new QueryError(
      "bad_data",
      "exceeded maximum resolution of 11,000 points per timeseries. " +
        "Try decreasing the query resolution (?step=XX)",
    );
  }
  return { start, end, step };
}

/** Milliseconds. @throws QueryError `bad_data` that names the parameter */
export function readDuration(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? "";
  const seconds = numberOf(text);
  const duration = seconds === null ? parseDuration(text) : seconds * 1000;
  if (duration !== null && Number.isFinite(duration)) return duration;
  throw invalid(name, `cannot parse ${JSON.stringify(text)} to a valid duration`);
}

export function invalid(name: string, why: string): QueryError {
  return new QueryError("bad_data", `invalid parameter ${JSON.stringify(name)}: ${why}`);
}

function numberOf(text: string): number | null {
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : null;
}

function rfc3339(text: string): number {
  const shape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[-+]\d{2}:\d{2})$/;
  return shape.test(text) ? Date.parse(text) : Number.NaN;
}
