import { type ComponentState, emptyComponent } from "./core/component.ts";
import { type DoraFact, doraFactOf, stepOf } from "./core/dora/dora-fact.ts";
import type { Instant, Milliseconds } from "./core/json.ts";
import { componentStream, type Ledger, type StreamId } from "./ledger/ledger.ts";

/**
 * What began so long before may end within the time that is asked for: a build that is deployed late, an
 * approval that people are slow to give. What began earlier is not known.
 */
const BEFORE: Milliseconds = 30 * 24 * 60 * 60_000;

/** An environment of a component. */
interface Place {
  readonly component: string;
  readonly environment: string;
}

/** What one component did in some time, in one environment. */
interface DoraRecord extends Place {
  readonly facts: readonly DoraFact[];
  /** When the first of all its events was recorded, where that is within what was read; else null. */
  readonly began: Instant | null;
}

interface Reading {
  readonly place: Place;
  state: ComponentState;
  readonly facts: DoraFact[];
  began: Instant | null;
}

/** What happened in these environments from then on, out of the ledger; in the order of the places. */
export async function readDora(
  ledger: Pick<Ledger, "read">,
  places: readonly Place[],
  since: Instant,
): Promise<readonly DoraRecord[]> {
  const readings = new Map<StreamId, Reading>(
    places.map((place) => [
      componentStream(place.component),
      { place, state: emptyComponent(place.component), facts: [], began: null },
    ]),
  );
  const [only] = readings.keys();
  // Each query goes through all that was recorded in that time, so one for all of them.
  const stream = readings.size === 1 && only !== undefined ? only : null;
  for await (const recorded of ledger.read({ stream, since: since - BEFORE })) {
    const reading = readings.get(recorded.stream);
    const { at, by, version, event } = recorded;
    if (reading === undefined || event.type === "DigestRequested") continue;
    if (version === 1) reading.began = at;
    const step = stepOf(reading.state, { at, by, event });
    reading.state = step.after;
    const fact = at < since ? null : doraFactOf(step);
    if (fact?.environment === reading.place.environment) reading.facts.push(fact);
  }
  return [...readings.values()].map(({ place, facts, began }) => ({ ...place, facts, began }));
}
