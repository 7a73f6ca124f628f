import type { Row } from "./row.ts";
import { median, spreadOf } from "./statistics.ts";

/** Ours against a peer's, each measured once in every round. */
export function compared(
  ours: readonly number[],
  peers: readonly number[],
): Pick<Row, "value" | "peerValue" | "ratio" | "spread"> {
  const ratios = ours.map((value, round) => value / (peers[round] ?? Number.NaN));
  return {
    value: median(ours),
    peerValue: median(peers),
    ratio: median(ratios),
    spread: `ratio ${spreadOf(ratios, (ratio) => ratio.toFixed(2))}`,
  };
}
