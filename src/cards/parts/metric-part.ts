import {
  compareEvidence,
  metricOf,
  type Quantity,
  type SliceComparison,
  trendOf,
} from "../../core/evidence-comparison.ts";
import type { Release } from "../../core/release.ts";
import { sections } from "../blocks/block.ts";
import type { Part } from "../blocks/compose.ts";
import { listPart, seeDetails } from "../blocks/list-part.ts";
import { type Champion, championOf } from "../champion.ts";
import { version } from "../subject.ts";
import { atMost, counted, wholeLines } from "../text/lines.ts";
import { line, list, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { countText } from "../text/number.ts";
import type { ReleaseView } from "../view.ts";
import {
  type Beside,
  type Comparing,
  metricLine,
  sliceLine,
  sliceLines,
  testLine,
  trendCounts,
} from "./quantity-lines.ts";

/** How much of it is shown: a few rows of each on a card, all that Slack takes in the details. */
export interface Extent {
  readonly rank: number;
  readonly rows: readonly number[];
  readonly sliceRows: readonly number[];
  readonly numbersOfSlice: number;
  readonly names: number;
  readonly more: (left: number) => Mrkdwn;
}

export const ON_CARD: Extent = {
  rank: 57,
  rows: [5, 3, 1],
  sliceRows: [3, 2, 1],
  numbersOfSlice: 1,
  names: 3,
  more: seeDetails,
};

/** All that fits into a modal, where it is alone; several lists share what room there is. */
export const ALL_ROWS = [250, 120, 60, 30, 12, 5];
/** The rank of what may be long in the details. */
export const BULK = 60;

export const IN_DETAILS: Extent = {
  rank: BULK,
  rows: ALL_ROWS,
  sliceRows: ALL_ROWS,
  numbersOfSlice: 20,
  names: 100,
  more: (left) => md`and ${left} more`,
};

export interface Compared {
  readonly component: string;
  readonly release: Release;
  /** null: there is nothing to compare it with. */
  readonly champion: Champion | null;
  readonly beside: Beside;
}

/** A release beside the one that is live where users are. */
export function comparedOn(view: ReleaseView): Compared {
  const { state, release } = view;
  return { component: state.component, release, champion: championOf(view), beside: "live" };
}

/**
 * Champion against challenger, for a model and a service alike: the tests, the metrics and the slices of a
 * release, each number beside that of the champion, the worst first.
 * @param shownByGates subjects of the numbers that stand beside gates already: they are not repeated
 */
export function metricParts(
  { component, release, champion, beside }: Compared,
  extent: Extent,
  shownByGates: readonly string[] = [],
): readonly Part[] {
  const { metrics, slices, slicesGone, tests } = compareEvidence(release, champion?.build ?? null);
  const overAll = shownByGates.filter((subject) => subject.startsWith("metrics"));
  const shown = new Set(overAll.map(metricOf));
  const others = metrics.filter(({ name }) => !shown.has(name));
  const what = others.length === metrics.length ? md`*Metrics*` : md`*Other metrics*`;
  const comparable = champion !== null;
  const comparing = { comparable, beside };
  const compared = comparedWith(component, champion);
  return [
    ...(tests.length === 0 ? [] : [testPart(tests, beside)]),
    ...listPart<Quantity>({
      name: "metrics",
      title: counted(others.length, "metric", "metrics"),
      rank: extent.rank,
      heading: comparable
        ? md`${what} · ${trendCounts(others)} · ${compared}`
        : md`${what} · ${compared}`,
      items: others,
      counts: extent.rows,
      line: (one) => metricLine(one, comparing),
      more: extent.more,
    }),
    ...listPart<SliceRow>({
      name: "slices",
      title: counted(slices.length, "slice", "slices"),
      rank: extent.rank,
      heading: md`*Slices* · ${sliceCounts(slices, comparable)}`,
      items: [...(slicesGone.length === 0 ? [] : [{ gone: slicesGone }]), ...slices],
      counts: extent.sliceRows,
      allLines:
        slicesGone.length <= extent.names &&
        slices.every(({ quantities }) => quantities.length <= extent.numbersOfSlice)
          ? null
          : () => wholeSlices(slices, slicesGone, comparing),
      line: (row) =>
        "gone" in row
          ? goneLine(row.gone, extent.names)
          : sliceLine(row, comparing, extent.numbersOfSlice),
      more: extent.more,
    }),
  ];
}

type SliceRow = SliceComparison | { readonly gone: readonly string[] };

/** `2 of 5 worse`; how many there are where no gate says what is better, or nothing is live. */
function sliceCounts(slices: readonly SliceComparison[], comparable: boolean): string {
  const all = counted(slices.length, "slice", "slices");
  const judged = slices.some(({ quantities }) => quantities.some(({ better }) => better !== null));
  if (!comparable || !judged) return all;
  const worse = slices.filter(({ quantities }) =>
    quantities.some((one) => trendOf(one) === "worse"),
  ).length;
  return worse === 0 ? `${all}, none worse` : `${countText(worse)} of ${all} worse`;
}

/** Every number of every slice, and the name of every one that is gone. */
function* wholeSlices(
  slices: readonly SliceComparison[],
  gone: readonly string[],
  comparing: Comparing,
): Iterable<Mrkdwn> {
  yield* wholeLines(
    md`• ⚠️ No longer reported: `,
    gone.map((name) => line(name)),
    ", ",
  );
  for (const slice of slices) yield* sliceLines(slice, comparing);
}

function goneLine(names: readonly string[], shown: number): Mrkdwn {
  const texts = atMost(
    shown,
    names,
    (name) => line(name),
    (left) => md`${left} more`,
  );
  return md`• ⚠️ No longer reported: ${list(texts)}`;
}

function testPart(tests: readonly Quantity[], beside: Beside): Part {
  const forms = [sections([testLine(tests, beside)])];
  return { name: "tests", title: "tests", rank: 75, forms };
}

function comparedWith(component: string, champion: Champion | null): Mrkdwn {
  return champion === null
    ? md`nothing is live to compare with`
    : md`compared with ${version(component, champion.id)}`;
}
