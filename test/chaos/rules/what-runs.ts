import type { RecordedEvent } from "../../../src/ledger/ledger.ts";
import { byComponent, environmentOf, type Happened, isOf } from "./history.ts";

/** An environment of a component, as `<component>/<environment>`. */
export type Place = string;

/**
 * The key of the operation that was begun last in each place, where the ledger says that it succeeded: what
 * it deployed is what must run there. Places whose last operation failed are left out, because nobody knows
 * how far it got.
 */
export function lastSuccessful(events: readonly RecordedEvent[]): ReadonlyMap<Place, string> {
  const found = new Map<Place, string>();
  for (const [stream, history] of byComponent(events)) {
    const component = stream.slice(stream.indexOf("/") + 1);
    for (const [environment, key] of inOne(history)) found.set(`${component}/${environment}`, key);
  }
  return found;
}

function inOne(history: readonly Happened[]): ReadonlyMap<string, string> {
  const begun = new Map<string, string>();
  const succeeded = new Map<string, string>();
  const begin = (environment: string, key: string) => {
    begun.set(environment, key);
    succeeded.delete(environment);
  };
  const succeed = (environment: string) => {
    const key = begun.get(environment);
    if (key !== undefined) succeeded.set(environment, key);
  };
  for (const happened of history) {
    if (isOf(happened, "DeployStarted")) {
      begin(environmentOf(happened.event.promotion), happened.event.key);
    }
    if (isOf(happened, "RollbackStarted"))
      begin(happened.event.environment, happened.event.rollback);
    if (isOf(happened, "RollbackRetried")) begin(happened.event.environment, happened.event.key);
    if (isOf(happened, "DeploySucceeded")) succeed(environmentOf(happened.event.promotion));
    if (isOf(happened, "RolledBack")) succeed(happened.event.environment);
  }
  return succeeded;
}

/** What was really deployed last in each place, in the order in which it began. */
export interface Deployed {
  readonly key: string;
  readonly component: string;
  readonly environment: string;
}

/** Whatever the ledger says was deployed last runs there, and nothing that was sent before it came later. */
export function runsOther(
  events: readonly RecordedEvent[],
  deployed: readonly Deployed[],
): readonly string[] {
  const last = new Map<Place, string>();
  for (const { key, component, environment } of deployed) {
    last.set(`${component}/${environment}`, key);
  }
  return [...lastSuccessful(events)]
    .filter(([place, key]) => last.get(place) !== key)
    .map(([place, key]) => `in ${place} ${key} succeeded, and ${last.get(place)} began after it`);
}
