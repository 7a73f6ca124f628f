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
}): readonly Part[] {
  const { name, title, rank, heading, items, counts, line, more = notShown } = list;
  if (items.length === 0) return [];
  const total = Math.max(list.total ?? 0, items.length);
  const lines = items.slice(0, Math.max(...counts)).map(line);
  const form = (count: number): readonly Mrkdwn[] => {
    const shown = lines.slice(0, count);
    return [heading, ...shown, ...(total > shown.length ? [more(total - shown.length)] : [])];
  };
  return [{ name, title, rank, forms: counts.map((count) => sections(form(count))) }];
}

/** On a card: the details have all of it. */
export function seeDetails(left: number): Mrkdwn {
  return md`and ${left} more, see Details`;
}

function notShown(left: number): Mrkdwn {
  return md`and ${left} more`;
}
