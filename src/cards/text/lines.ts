import type { Mrkdwn } from "./mrkdwn.ts";
import { countText } from "./number.ts";

/** The first lines, and one that says how many more there are. */
export function atMost(
  lines: readonly Mrkdwn[],
  max: number,
  more: (left: number) => Mrkdwn,
): readonly Mrkdwn[] {
  return lines.length <= max ? lines : [...lines.slice(0, max), more(lines.length - max)];
}

/** `1 gate`, `2 gates` */
export function counted(count: number, one: string, several: string): string {
  return `${countText(count)} ${count === 1 ? one : several}`;
}

/** A sentence of core as the beginning of a line. */
export function capitalised(sentence: string): string {
  return `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}`;
}
