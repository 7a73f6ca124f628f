import type { Mrkdwn } from "./mrkdwn.ts";
import { countText } from "./number.ts";

/** The texts of the first items, and one that says how many more there are. */
export function atMost<Item>(
  max: number,
  items: readonly Item[],
  text: (item: Item) => Mrkdwn,
  more: (left: number) => Mrkdwn,
): readonly Mrkdwn[] {
  const left = items.length - max;
  return [...items.slice(0, max).map((item) => text(item)), ...(left > 0 ? [more(left)] : [])];
}

/** For items that are texts already. */
export function asIs(text: Mrkdwn): Mrkdwn {
  return text;
}

/** `1 gate`, `2 gates` */
export function counted(count: number, one: string, several: string): string {
  return `${countText(count)} ${count === 1 ? one : several}`;
}

/** A sentence of core as the beginning of a line. */
export function capitalised(sentence: string): string {
  return `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}`;
}
