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
  /** How many are shown, from the most to the fewest. */
  readonly counts: readonly number[];
  /** Only called for those that may be shown. */
  readonly line: (item: Item) => Mrkdwn;
  /** Says how many are not shown; in the details unless said otherwise, where there is nothing beyond. */
  readonly more?: (left: number) => Mrkdwn;
}): readonly Part[] {
  const { name, title, rank, heading, items, counts, line, more = notShown } = list;
  if (items.length === 0) return [];
  const lines = items.slice(0, Math.max(...counts)).map(line);
  const form = (count: number): readonly Mrkdwn[] => [
    heading,
    ...lines.slice(0, count),
    ...(items.length > count ? [more(items.length - count)] : []),
  ];
  return [{ name, title, rank, forms: counts.map((count) => sections(form(count))) }];
}

function notShown(left: number): Mrkdwn {
  return md`and ${left} more`;
}
