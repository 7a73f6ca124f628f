import type { LogPattern } from "../../../core/verdict.ts";
import { oneLine } from "../../one-line.ts";

const LONGEST_LINE = 2_000;
const LONGEST_PATTERN = 300;
/** What stands for what differs. */
const ANY = "<*>";

/** Where structured lines have their words, the most telling first. */
const MESSAGE_FIELDS = ["message", "msg", "error", "err", "exception", "event", "log", "body"];
/** A pattern says how bad its line is, where the line does. */
const LEVEL_FIELDS = ["level", "severity", "lvl", "log.level", "levelname"];

/**
 * What differs from line to line of the same statement, longer shapes before those that they contain.
 * Each takes time in proportion to the line, however hostile it is.
 */
const SHAPES: readonly RegExp[] = [
  // Timestamps, with or without a zone.
  /\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?\b/g,
  /\b\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?\b/g,
  // UUIDs.
  /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi,
  // What is quoted.
  /"[^"]*"|`[^`]*`|(?<![\w])'[^']*'(?![\w])/g,
  // Addresses of the web, of mail, of the network.
  /\bhttps?:\/\/[^\s"'<>()]+/gi,
  /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,200}/g,
  /\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g,
  // Hexadecimal numbers, digests and ids of traces.
  /\b0x[0-9a-f]+\b/gi,
  /(?<![\w-])-?(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/gi,
  // Words with a digit in them: ids, versions, numbers with a unit.
  /(?<![A-Za-z_-])[A-Za-z_-]*\d[\w.%-]*/g,
];

/** The words of a line, with what differs from one like it taken out. */
export function patternOf(line: string): string {
  const clipped = line.slice(0, LONGEST_LINE);
  const fields = jsonFields(clipped) ?? logfmtFields(clipped);
  const words = (fields === null ? null : messageOf(fields)) ?? clipped;
  const plain = SHAPES.reduce(
    (text, shape) => text.replace(shape, ANY),
    oneLine(words, LONGEST_LINE),
  );
  const merged = plain.replace(/<\*>(?:[\s,;:/=-]*<\*>)+/g, ANY);
  return oneLine(merged, LONGEST_PATTERN);
}

/** How many lines there are of each pattern, the most frequent first. Empty lines have none. */
export function patternsOf(lines: readonly string[]): readonly LogPattern[] {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const pattern = patternOf(line);
    if (pattern !== "") counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
  }
  return [...counts]
    .map(([pattern, count]) => ({ pattern, lines: count }))
    .toSorted((a, b) => b.lines - a.lines || (a.pattern < b.pattern ? -1 : 1));
}

type Fields = ReadonlyMap<string, string>;

function messageOf(fields: Fields): string | null {
  const message = firstOf(fields, MESSAGE_FIELDS);
  if (message === null) return null;
  const level = firstOf(fields, LEVEL_FIELDS);
  return level === null ? message : `${level.toUpperCase()} ${message}`;
}

function firstOf(fields: Fields, names: readonly string[]): string | null {
  for (const name of names) {
    const value = fields.get(name);
    if (value !== undefined && value !== "") return value;
  }
  return null;
}

function jsonFields(line: string): Fields | null {
  if (!/^\s*\{/.test(line)) return null;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== "object" || value === null) return null;
    const texts = Object.entries(value).flatMap(([name, field]): [string, string][] => {
      if (typeof field === "string") return [[name.toLowerCase(), field]];
      // As in `error: { message }`.
      const inner: unknown =
        typeof field === "object" && field !== null && "message" in field ? field.message : null;
      return typeof inner === "string" ? [[name.toLowerCase(), inner]] : [];
    });
    return new Map(texts);
  } catch {
    return null;
  }
}

const PAIR = /(?:^|\s)([A-Za-z_][\w.-]*)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))/g;

/** Lines with at least two pairs; a `=` in a sentence makes none. */
function logfmtFields(line: string): Fields | null {
  const pairs = [...line.matchAll(PAIR)].map(([, name = "", quoted, bare]): [string, string] => [
    name.toLowerCase(),
    quoted ?? bare ?? "",
  ]);
  return pairs.length < 2 ? null : new Map(pairs);
}
