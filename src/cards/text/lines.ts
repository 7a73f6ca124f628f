import { LIMITS } from "../limits.ts";
import { join, type Mrkdwn, md } from "./mrkdwn.ts";
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

/** As few lines as hold all of the texts within the length of a section, each begun in the same way. */
export function* wholeLines(
  begin: Mrkdwn,
  texts: readonly Mrkdwn[],
  separator: string,
): Iterable<Mrkdwn> {
  let line: Mrkdwn[] = [];
  let length = begin.mrkdwn.length;
  for (const text of texts) {
    const added = text.mrkdwn.length + separator.length;
    if (line.length > 0 && length + added > LIMITS.section.text) {
      yield md`${begin}${join(line, separator)}`;
      line = [];
      length = begin.mrkdwn.length;
    }
    line.push(text);
    length += added;
  }
  if (line.length > 0) yield md`${begin}${join(line, separator)}`;
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
