import type { ComponentState } from "./component.ts";
import type { Fact } from "./event.ts";
import type { Gathering } from "./gathering.ts";
import { mergeFragment } from "./merge-fragment.ts";
import type { ReportEvent } from "./report-event.ts";

/** The state after something was reported of a release that is not there yet. */
export function evolveReport(
  state: ComponentState,
  { at, event }: Fact<ReportEvent>,
): ComponentState {
  const runs = state.runs ?? {};
  switch (event.type) {
    case "RunReported": {
      const known = own(runs, event.run);
      return withRuns(state, { [event.run]: mergeFragment(known, event.fragment, at) });
    }
    case "RunEnded": {
      const known = own(runs, event.run);
      return known === undefined
        ? state
        : withRuns(state, { [event.run]: { ...known, madeVersion: event.version } });
    }
    case "RunForgotten": {
      const { [event.run]: _forgotten, ...kept } = runs;
      return { ...state, runs: kept };
    }
    case "GatheringOpened": {
      const { by, key, until } = event;
      const gathering = { by, key, since: at, until, heardOf: at, parts: {}, madeVersion: null };
      return withGatherings(state, { [event.gathering]: gathering });
    }
    case "PartReported":
      return updateGathering(state, event.gathering, ({ parts }) => ({
        heardOf: at,
        parts: { ...parts, [event.part]: event.build },
      }));
    case "GatheringClosed":
      return updateGathering(state, event.gathering, () => ({ madeVersion: event.version }));
    case "GatheringForgotten": {
      const { [event.gathering]: _forgotten, ...kept } = state.gatherings ?? {};
      return { ...state, gatherings: kept };
    }
  }
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function withRuns(
  state: ComponentState,
  changed: NonNullable<ComponentState["runs"]>,
): ComponentState {
  return { ...state, runs: { ...state.runs, ...changed } };
}

function withGatherings(
  state: ComponentState,
  changed: NonNullable<ComponentState["gatherings"]>,
): ComponentState {
  return { ...state, gatherings: { ...state.gatherings, ...changed } };
}

function updateGathering(
  state: ComponentState,
  id: string,
  change: (gathering: Gathering) => Partial<Gathering>,
): ComponentState {
  const known = own(state.gatherings ?? {}, id);
  return known === undefined
    ? state
    : withGatherings(state, { [id]: { ...known, ...change(known) } });
}
