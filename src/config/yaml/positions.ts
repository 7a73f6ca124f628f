import type { LineCounter, Scalar } from "yaml";
import type { Place } from "../problems.ts";

/** Where a key and its value stand. */
export interface Positions {
  /** Null at the top of a file and for the members of a list. */
  readonly key: Place | null;
  readonly value: Place;
  /** The place of a character of the value, where it can be found; else that of the value. */
  within(offset: number): Place;
}

/** Turns offsets of one file into places. */
export interface Ruler {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
}

export function placeAt(ruler: Ruler, offset: number): Place {
  const { line, col } = ruler.lines.linePos(offset);
  return { file: ruler.file, line: Math.max(1, line), column: Math.max(1, col) };
}

/**
 * The place of a character inside a text of several lines, quoted or folded: the characters that are
 * not white space stand in the file in the same order as in the value.
 */
export function placeWithin(ruler: Ruler, node: Scalar, value: string, offset: number): Place {
  const [start = 0, end = start] = node.range ?? [];
  const raw = ruler.text.slice(start, end);
  let position = contentStart(raw, node.type);
  for (const character of value.slice(0, offset).replace(/\s/g, "")) {
    position = nextOf(raw, position, character);
    if (position === -1) return placeAt(ruler, start);
    position += character.length;
  }
  const wanted = value[offset];
  const found =
    wanted === undefined || /\s/.test(wanted) ? position : nextOf(raw, position, wanted);
  return placeAt(ruler, start + (found === -1 ? position : found));
}

function contentStart(raw: string, type: Scalar["type"]): number {
  if (type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE") return 1;
  if (type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED") return raw.indexOf("\n") + 1;
  return 0;
}

/** The next place of a character with nothing but white space and escapes before it; -1 where none is. */
function nextOf(raw: string, from: number, character: string): number {
  const found = raw.indexOf(character, from);
  return found !== -1 && /^[\s\\']*$/.test(raw.slice(from, found)) ? found : -1;
}
