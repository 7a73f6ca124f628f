import { parseExposition } from "../../src/demo/metrics-server/exposition.ts";
import { dropLabels, type Labels, METRIC_NAME } from "../../src/demo/metrics-server/labels.ts";
import { parseDuration, parseNumber } from "../../src/demo/metrics-server/promql/literals.ts";

const UNNAMED = "unnamed";

/** A value, a staleness marker, or nothing at this step. */
export type Step = number | "stale" | "absent";

export interface LoadedSeries {
  readonly labels: Labels;
  readonly steps: readonly Step[];
}

export type Command =
  | { readonly kind: "clear" }
  | { readonly kind: "load"; readonly every: number; readonly series: readonly LoadedSeries[] }
  | {
      readonly kind: "instant";
      readonly line: number;
      readonly at: number;
      readonly query: string;
      readonly expected: Expected;
    }
  | {
      readonly kind: "range";
      readonly line: number;
      readonly from: number;
      readonly to: number;
      readonly step: number;
      readonly query: string;
      readonly expected: Expected;
    };

export type Expected =
  | { readonly kind: "scalar"; readonly value: number }
  | { readonly kind: "series"; readonly series: readonly LoadedSeries[] }
  | { readonly kind: "failure" };

/**
 * Reads the part of Prometheus' own test language (`promql/promqltest/README.md` there) that its
 * excerpts in `test/fixtures/promql` use. Times become milliseconds.
 */
export function parsePromqltest(text: string): readonly Command[] {
  const blocks: { readonly line: number; readonly lines: string[] }[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.trimStart().startsWith("#")) continue;
    if (/^\s/.test(line)) blocks.at(-1)?.lines.push(line.trim());
    else blocks.push({ line: index + 1, lines: [line.trim()] });
  }
  return blocks.map(({ line, lines: [head = "", ...body] }) => parseBlock(head, body, line));
}

function parseBlock(head: string, body: readonly string[], line: number): Command {
  if (head === "clear") return { kind: "clear" };
  const load = /^load\s+(\S+)$/.exec(head);
  if (load !== null) {
    return { kind: "load", every: duration(load[1]), series: body.map(parseSeries) };
  }
  const instant = /^eval instant at (\S+) (.+)$/.exec(head);
  if (instant !== null) {
    const [, at, query = ""] = instant;
    return { kind: "instant", line, at: duration(at), query, expected: parseExpected(body) };
  }
  const range = /^eval range from (\S+) to (\S+) step (\S+) (.+)$/.exec(head);
  if (range === null) throw new Error(`line ${line}: unknown command: ${head}`);
  const [, from, to, step, query = ""] = range;
  return {
    kind: "range",
    line,
    from: duration(from),
    to: duration(to),
    step: duration(step),
    query,
    expected: parseExpected(body),
  };
}

function parseExpected(body: readonly string[]): Expected {
  const lines = body.filter((line) => !/^expect (no_warn|no_info|ordered|info|warn)/.test(line));
  if (lines.some((line) => line.startsWith("expect fail"))) return { kind: "failure" };
  const [only = "", ...others] = lines;
  const scalar = others.length === 0 && !/\s/.test(only) ? parseNumber(only) : null;
  if (scalar !== null) return { kind: "scalar", value: scalar };
  return { kind: "series", series: lines.map(parseSeries) };
}

function parseSeries(line: string): LoadedSeries {
  const match = /^([a-zA-Z_:][\w:]*)?\s*(\{(?:[^}"]|"(?:[^"\\]|\\.)*")*\})?\s+(.*)$/.exec(line);
  if (match === null) throw new Error(`cannot read the series "${line}"`);
  const [, name = "", labels = "{}", values = ""] = match;
  const [sample] = parseExposition(`${name === "" ? UNNAMED : name}${labels} 0`);
  const read = sample?.labels ?? {};
  return {
    labels: read[METRIC_NAME] === UNNAMED ? dropLabels(read, [METRIC_NAME]) : read,
    steps: values.split(/\s+/).flatMap(parseStep),
  };
}

/** `1`, `_`, `_x3`, `stale`, `0+10x5`, `1x4`, `5-1x3`, `NaN`. */
function parseStep(text: string): readonly Step[] {
  const gap = /^_(?:x(\d+))?$/.exec(text);
  if (gap !== null) return Array.from({ length: Number(gap[1] ?? 1) }, () => "absent" as const);
  if (text === "stale") return ["stale"];
  const repeated = /^([-+]?[^-+x]+(?:e[-+]\d+)?)(?:([-+][^x]+))?x(\d+)$/.exec(text);
  if (repeated === null) return [number(text)];
  const [, first, slope = "0", times] = repeated;
  return Array.from(
    { length: Number(times) + 1 },
    (_, index) => number(first) + index * number(slope),
  );
}

function number(text: string | undefined): number {
  const value = parseNumber(text ?? "");
  if (value === null) throw new Error(`cannot read the number "${text}"`);
  return value;
}

function duration(text: string | undefined): number {
  const value = /^\d+$/.test(text ?? "") ? Number(text) * 1000 : parseDuration(text ?? "");
  if (value === null) throw new Error(`cannot read the duration "${text}"`);
  return value;
}
