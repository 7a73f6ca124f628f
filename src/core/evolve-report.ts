import type { ComponentState } from "./component.ts";
import type { Fact } from "./event.ts";
import { mergeFragment } from "./merge-fragment.ts";
import type { ReportEvent } from "./report-event.ts";
import type { RunRecord } from "./run-record.ts";

/** The state after something was reported of a release that is not there yet. */
export function evolveReport(
  state: ComponentState,
  { at, event }: Fact<ReportEvent>,
): ComponentState {
  const runs = state.runs ?? {};
  const known = Object.hasOwn(runs, event.run) ? runs[event.run] : undefined;
  switch (event.type) {
    case "RunReported":
      return withRun(state, event.run, mergeFragment(known, event.fragment, at));
    case "RunEnded":
      return known === undefined
        ? state
        : withRun(state, event.run, { ...known, madeVersion: event.version });
    case "RunForgotten": {
      const { [event.run]: _forgotten, ...kept } = runs;
      return { ...state, runs: kept };
    }
  }
}

function withRun(state: ComponentState, key: string, run: RunRecord): ComponentState {
  return { ...state, runs: { ...state.runs, [key]: run } };
}
