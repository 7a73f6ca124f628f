import { duration } from "../../core/describe.ts";
import type { DoraFigures, Durations } from "../../core/dora/figures.ts";
import type { Milliseconds } from "../../core/json.ts";
import { counted } from "./lines.ts";
import { decimal } from "./number.ts";

const DAY: Milliseconds = 24 * 60 * 60_000;
const WEEK: Milliseconds = 7 * DAY;
/** Of fewer than so many, a median is said with their number. */
const FEW = 5;
/** Of fewer changes than so many, a percentage would say more than is known. */
const ENOUGH_FOR_A_PERCENTAGE = 10;

/** `12 times, 2.8 a week`, `once`; null: not at all. A rate only over at least the time that it names. */
export function timesDeployed(deployments: number, over: Milliseconds): string | null {
  if (deployments === 0) return null;
  const times = deployments === 1 ? "once" : counted(deployments, "time", "times");
  for (const [unit, length] of [
    ["day", DAY],
    ["week", WEEK],
  ] as const) {
    const rate = deployments / (over / length);
    if (over >= length && rate >= 1)
      return `${times}, ${decimal(Math.round(rate * 10) / 10)} a ${unit}`;
  }
  return times;
}

/** `3 h, 9 in 10 within 2 d`, `3 h (of 2 only)`; null: unknown. */
export function usually(durations: Durations | null): string | null {
  if (durations === null) return null;
  const { count, median, nineInTen } = durations;
  if (count < FEW) return `${duration(median)} (of ${count} only)`;
  return nineInTen === null
    ? duration(median)
    : `${duration(median)}, 9 in 10 within ${duration(nineInTen)}`;
}

/** `unknown`, or as `usually` says it, with of how many it is not known. */
export function leadTimeText({ leadTime, unknownLeadTimes }: DoraFigures): string {
  const known = usually(leadTime);
  if (known === null) return "unknown";
  return unknownLeadTimes === 0 ? known : `${known}, unknown for ${unknownLeadTimes}`;
}

/** `14 % (2 of 14)`, `1 of 3`, `none of 3`; null: there was no change. */
export function shareFailed({ changes, failures }: DoraFigures): string | null {
  if (changes === 0) return null;
  if (failures === 0) return `none of ${decimal(changes)}`;
  const ratio = `${decimal(failures)} of ${decimal(changes)}`;
  if (changes < ENOUGH_FOR_A_PERCENTAGE) return ratio;
  const percent = Math.round((100 * failures) / changes);
  return `${percent === 0 ? "under 1" : percent} % (${ratio})`;
}
