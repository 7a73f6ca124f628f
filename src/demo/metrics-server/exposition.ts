import { type Labels, METRIC_NAME } from "./labels.ts";

export interface ExposedSample {
  readonly labels: Labels;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?[ \t]*$/;
const LABEL = /^[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(?:,|$)/;
const ESCAPES: Readonly<Record<string, string>> = { "\\\\": "\\", '\\"': '"', "\\n": "\n" };
const SPECIAL_VALUES: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  "+Inf": Number.POSITIVE_INFINITY,
  Inf: Number.POSITIVE_INFINITY,
  "-Inf": Number.NEGATIVE_INFINITY,
};

/**
 * Reads the Prometheus text format, version 0.0.4. Types and help texts are of no use here and are
 * skipped; a timestamp is skipped too, the time of the scrape counts.
 * @throws Error that names the line; a scrape that is not understood whole counts as failed
 */
export function parseExposition(text: string): readonly ExposedSample[] {
  return text
    .split("\n")
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "" && !line.startsWith("#"))
    .map(({ line, number }) => parseSample(line, number));
}

function parseSample(line: string, number: number): ExposedSample {
  const match = SAMPLE.exec(line);
  const [, name = "", labels = "", value = ""] = match ?? [];
  if (match === null) throw new Error(`line ${number} is not a sample: ${line}`);
  return {
    labels: { [METRIC_NAME]: name, ...parseLabels(labels, number) },
    value: parseValue(value, number),
  };
}

function parseLabels(text: string, number: number): Labels {
  const labels: [string, string][] = [];
  let rest = text;
  while (rest.trim() !== "") {
    const match = LABEL.exec(rest);
    if (match === null) throw new Error(`line ${number} has labels that cannot be read: {${text}}`);
    const [whole, name = "", value = ""] = match;
    labels.push([name, value.replace(/\\./g, (escaped) => ESCAPES[escaped] ?? escaped)]);
    rest = rest.slice(whole.length);
  }
  return Object.fromEntries(labels);
}

function parseValue(text: string, number: number): number {
  const value = SPECIAL_VALUES[text] ?? Number(text);
  if (Number.isNaN(value) && text !== "NaN") {
    throw new Error(`line ${number} has a value that is not a number: ${text}`);
  }
  return value;
}
