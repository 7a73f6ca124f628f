import { type Mrkdwn, md } from "../text/mrkdwn.ts";
import { sections } from "./block.ts";
import type { Part } from "./compose.ts";

/** A list with a heading that becomes shorter, in a few steps, where there is no room for all of it. */
export function listPart<Item>(list: {
  readonly name: string;
  /** What is said to be left out when there is no room for any of it. */
  readonly title: string;
  readonly rank: number;
  readonly heading: Mrkdwn;
  readonly items: readonly Item[];
  /** How many there are in all, where not all of them are at hand. */
  readonly total?: number;
  /** How many are shown, from the most to the fewest. */
  readonly counts: readonly number[];
  /** Only called for those that may be shown. */
  readonly line: (item: Item) => Mrkdwn;
  /** Says how many are not shown; in the details unless said otherwise, where there is nothing beyond. */
  readonly more?: (left: number) => Mrkdwn;
  /** Where a line may leave out something of its item: all lines, with nothing left out. null: none does. */
  readonly allLines?: (() => Iterable<Mrkdwn>) | null;
}): readonly Part[] {
  const { name, title, rank, heading, items, counts, line, more = notShown } = list;
  const { allLines = null } = list;
  if (items.length === 0) return [];
  const total = Math.max(list.total ?? 0, items.length);
  const lines = items.slice(0, Math.max(...counts)).map(line);
  const form = (count: number): readonly Mrkdwn[] => {
    const shown = lines.slice(0, count);
    return [heading, ...shown, ...(total > shown.length ? [more(total - shown.length)] : [])];
  };
  const inFull = {
    heading,
    lines: allLines ?? (() => eachOf(items, line)),
    wholeForms: allLines === null ? counts.filter((count) => count >= items.length).length : 0,
  };
  return [{ name, title, rank, forms: counts.map((count) => sections(form(count))), inFull }];
}

/** One after the other, for who may stop reading. */
function* eachOf<Item>(items: readonly Item[], line: (item: Item) => Mrkdwn): Iterable<Mrkdwn> {
  for (const item of items) yield line(item);
}

/** On a card: the details have all of it. */
export function seeDetails(left: number): Mrkdwn {
  return md`and ${left} more, see Details`;
}

/** In an answer, which has one page. */
export function onItsCard(left: number): Mrkdwn {
  return md`and ${left} more; Details on its card has them`;
}

function notShown(left: number): Mrkdwn {
  return md`and ${left} more`;
}
