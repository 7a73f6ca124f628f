import {
  type Better,
  type Quantity,
  type SliceComparison,
  type Trend,
  trendOf,
} from "../../core/evidence-comparison.ts";
import { atMost, wholeLines } from "../text/lines.ts";
import { join, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { countText, decimal, distinctly, signed } from "../text/number.ts";

/** The words of champion against challenger, the same for gates, metrics, slices and tests. */

/** `+0.0031, better`; only `+0.0031` where nobody says which way is better. */
export function difference(value: number, live: number, better: Better | null): string {
  const trend = trendOf({ name: "", value, live, better });
  if (trend === "same") return "the same";
  const delta = signed(value - live);
  return trend === "changed" ? delta : `${delta}, ${trend}`;
}

/** What the other side of a comparison is called: what is live, or what it was in an earlier release. */
export type Beside = "live" | "was";

export interface Comparing {
  /** There is something to compare with. */
  readonly comparable: boolean;
  readonly beside: Beside;
}

/** `*auc* 0.741, live 0.752 (−0.011, worse)` */
function quantityText(name: Mrkdwn, quantity: Quantity, { comparable, beside }: Comparing): Mrkdwn {
  if (quantity.value === null) {
    return md`${name} no longer reported, ${beside} ${decimal(quantity.live)}`;
  }
  const { value, live, better } = quantity;
  const print = distinctly(live === null ? [value] : [value, live]);
  if (live !== null) {
    return md`${name} ${print(value)}, ${beside} ${print(live)} (${difference(value, live, better)})`;
  }
  return comparable ? md`${name} ${print(value)}, new` : md`${name} ${print(value)}`;
}

export function metricLine(quantity: Quantity, comparing: Comparing): Mrkdwn {
  return md`• ${quantityText(md`*${quantity.name}*`, quantity, comparing)}`;
}

/** A slice with its numbers, the worst first. */
export function sliceLine(
  { name, quantities }: SliceComparison,
  comparing: Comparing,
  shown: number,
): Mrkdwn {
  const texts = atMost(
    shown,
    quantities,
    (one) => quantityText(md`${one.name}`, one, comparing),
    (left) => md`and ${left} more`,
  );
  return md`• *${name}* ${join(texts, "; ")}`;
}

/** As `sliceLine` with every number, on as many lines as that takes. */
export function sliceLines(
  { name, quantities }: SliceComparison,
  comparing: Comparing,
): Iterable<Mrkdwn> {
  const texts = quantities.map((one) => quantityText(md`${one.name}`, one, comparing));
  return wholeLines(md`• *${name}* `, texts, "; ");
}

/** `1,812 passed, live 1,790 (+22)` for each of the three. Not empty. */
export function testLine(tests: readonly Quantity[], beside: Beside): Mrkdwn {
  const gone = tests.flatMap(({ name, value, live }) =>
    value === null ? [md`${live} ${name}`] : [],
  );
  const present = tests.flatMap((one) => (one.value === null ? [] : [testText(one, beside)]));
  return gone.length === 0
    ? md`*Tests* · ${join(present, "; ")}`
    : md`*Tests* · not reported; ${beside} ${join(gone, ", ")}`;
}

function testText(one: Extract<Quantity, { readonly value: number }>, beside: Beside): Mrkdwn {
  const { name, value, live, better } = one;
  return live === null
    ? md`${value} ${name}`
    : md`${value} ${name}, ${beside} ${live} (${difference(value, live, better)})`;
}

const COUNTED: readonly (readonly [Trend, string])[] = [
  ["worse", "worse"],
  ["gone", "no longer reported"],
  ["changed", "changed"],
  ["better", "better"],
  ["same", "the same"],
  ["new", "new"],
];

/** `2 worse, 1 better, 3 the same` */
export function trendCounts(quantities: readonly Quantity[]): string {
  const trends = quantities.map((one) => trendOf(one));
  return COUNTED.flatMap(([trend, words]) => {
    const count = trends.filter((each) => each === trend).length;
    return count === 0 ? [] : [`${countText(count)} ${words}`];
  }).join(", ");
}
