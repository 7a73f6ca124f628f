import type { RecordedEvent } from "../../../src/ledger/ledger.ts";
import type { Acknowledged } from "../actors/ci.ts";
import { byComponent, isOf } from "./history.ts";

/** Rule 9: what was acknowledged is in the ledger, by the mark that each report carries among its metrics. */
export function acknowledgedAndLost(
  events: readonly RecordedEvent[],
  acknowledged: readonly Acknowledged[],
): readonly string[] {
  const marks = new Map<string, Set<string>>();
  for (const happened of [...byComponent(events).values()].flat()) {
    if (!isOf(happened, "ReleaseRegistered", "EvidenceRevised")) continue;
    const { release, build } = happened.event;
    const known = marks.get(release) ?? new Set<string>();
    for (const mark of Object.keys(build.metrics)) known.add(mark);
    marks.set(release, known);
  }
  return acknowledged
    .filter(({ component, version, mark }) => !marks.get(`${component}@${version}`)?.has(mark))
    .map(
      ({ component, version, mark }) =>
        `${mark} of ${component}@${version} was answered 202, and is not there`,
    );
}
