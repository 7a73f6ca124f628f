import type { Block } from "../message.ts";
import { atMost } from "../text/lines.ts";
import { join, line, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { contexts } from "./block.ts";

/** A part of a message or modal, in one or more lengths. */
export interface Part {
  /** Unique in its message; begins the ids of its blocks. */
  readonly name: string;
  /** What is said to be left out when the part has to go; null: it is never left out. */
  readonly title: string | null;
  /** The part of the lowest rank is shortened first; of several of that rank the longest. */
  readonly rank: number;
  /** From the longest to the shortest; the first that fits is shown. */
  readonly forms: readonly (readonly Block[])[];
  /** For a surface with pages; absent: its longest form is all that there is. */
  readonly inFull?: InFull;
}

/** A part without any limit but the number of pages. */
export interface InFull {
  readonly heading: Mrkdwn;
  /** Only called where the part is cut on the first page, and only read as far as there are pages. */
  readonly lines: () => Iterable<Mrkdwn>;
  /** How many of its forms, from the longest on, leave nothing out. */
  readonly wholeForms: number;
}

export interface Surface {
  readonly blocks: number;
  readonly text: number;
}

/** Kept free for the line that says what was left out. */
const NOTE_TEXT = 700;
const TITLES_SHOWN = 6;

/**
 * The blocks of all parts in their order, within what Slack accepts: as long as it is too much, the part
 * of the lowest rank is shortened, then left out, and the last block says what is missing.
 */
export function compose(surface: Surface, parts: readonly Part[]): readonly Block[] {
  return blocksOf(shortened(surface, parts));
}

/** The first page of several, and of the parts that are cut there what else there is. */
export function composeFirst(
  surface: Surface,
  parts: readonly Part[],
): { readonly blocks: readonly Block[]; readonly cut: readonly (InFull & Named)[] } {
  const fitted = shortened(surface, parts).map((one) =>
    one.cut === null ? one : { ...one, left: null },
  );
  const cut = fitted.flatMap(({ name, cut: full }) => (full === null ? [] : [{ name, ...full }]));
  return { blocks: blocksOf(fitted), cut };
}

interface Named {
  readonly name: string;
}

function blocksOf(fitting: readonly Fitted[]): readonly Block[] {
  const shown = fitting.flatMap(({ name, blocks }) => allIdentified(name, blocks));
  const leftOut = new Set(fitting.flatMap(({ left }) => (left === null ? [] : [left])));
  if (leftOut.size === 0) return shown;
  const titles = atMost(
    TITLES_SHOWN,
    [...leftOut],
    (title) => line(title),
    (left) => md`and ${left} more`,
  );
  const note = contexts([md`Left out to keep this short: ${join(titles, ", ")}.`]);
  return [...shown, ...note.map((block) => identified(block, "left-out"))];
}

interface Fitted {
  readonly name: string;
  readonly blocks: readonly Block[];
  /** Title of the part, where nothing of it is shown. */
  readonly left: string | null;
  /** All of the part, where something of it is not shown. */
  readonly cut: InFull | null;
}

function shortened(surface: Surface, parts: readonly Part[]): readonly Fitted[] {
  let chosen = parts.map((part) => choose(part, 0));
  while (!fits(surface, chosen)) {
    const next = leastImportant(chosen.filter(canShrink));
    if (next === undefined) return truncated(surface, chosen.map(drawn));
    const shorter = choose(next.part, next.form + 1);
    chosen = chosen.map((one) => (one === next ? shorter : one));
  }
  return chosen.map(drawn);
}

interface Chosen {
  readonly part: Part;
  /** Index into its forms; one past the end: left out. */
  readonly form: number;
  readonly blocks: readonly Block[];
  readonly text: number;
}

function choose(part: Part, form: number): Chosen {
  const blocks = part.forms[form] ?? [];
  return { part, form, blocks, text: textOf(blocks) };
}

function canShrink({ part, form }: Chosen): boolean {
  const last = part.title === null ? part.forms.length - 1 : part.forms.length;
  return form < last;
}

/** Of parts of the same rank the longest, so that they share what room there is. */
function leastImportant(chosen: readonly Chosen[]): Chosen | undefined {
  return chosen.reduce<Chosen | undefined>(
    (least, one) =>
      least === undefined ||
      one.part.rank < least.part.rank ||
      (one.part.rank === least.part.rank && one.text >= least.text)
        ? one
        : least,
    undefined,
  );
}

function drawn({ part, form, blocks }: Chosen): Fitted {
  const { name, inFull = null } = part;
  const cut = inFull !== null && form >= inFull.wholeForms ? inFull : null;
  return { name, blocks, left: form < part.forms.length ? null : part.title, cut };
}

function fits(surface: Surface, chosen: readonly Chosen[]): boolean {
  const blocks = chosen.reduce((sum, one) => sum + one.blocks.length, 0);
  const text = chosen.reduce((sum, one) => sum + one.text, 0);
  return blocks < surface.blocks && text <= surface.text - NOTE_TEXT;
}

function hold(surface: Surface, blocks: readonly Block[]): boolean {
  return blocks.length < surface.blocks && textOf(blocks) <= surface.text - NOTE_TEXT;
}

/** Where even the shortest forms are too long: as many blocks as fit, from the first. */
function truncated(surface: Surface, fitted: readonly Fitted[]): readonly Fitted[] {
  const shown: Block[] = [];
  let full = false;
  return fitted.map((one) => {
    const blocks = one.blocks.filter((block) => {
      full ||= !hold(surface, [...shown, block]);
      if (!full) shown.push(block);
      return !full;
    });
    return blocks.length < one.blocks.length ? { ...one, blocks, left: "the rest" } : one;
  });
}

/** The length of all that is shown as text, as it counts against Slack's total. */
function textOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textOf(item), 0);
  if (typeof value !== "object" || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, member]) =>
      sum + (key === "text" && typeof member === "string" ? member.length : textOf(member)),
    0,
  );
}

/**
 * Gives each block an id that changes with what it shows: a client that sees an id again may keep the
 * element as it was. An id that the drawing chose itself stays.
 */
export function allIdentified(name: string, blocks: readonly Block[]): readonly Block[] {
  return blocks.map((block, index) => identified(block, `${name}.${index}`));
}

function identified(block: Block, name: string): Block {
  return { block_id: `${name}.${fingerprint(JSON.stringify(block))}`, ...block };
}

/** FNV-1a, 32 bits: tells two contents apart; nothing depends on it being hard to forge. */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}
