import { type ComponentState, environmentState } from "./component.ts";
import type { Release } from "./release.ts";
import type { ReleaseId } from "./release-id.ts";
import { planRollback } from "./rollback.ts";

/**
 * Releases whose cards change with where the others are. A card says of each environment what runs there,
 * and whether it is held or frozen, also of those that its release is not in: when that changes, so do the
 * cards of all that are not closed, and of those with which something can be done all the same. So does what
 * was announced of a deployment that failed, also of one that is closed. And one release at a time is offered
 * to be rolled back.
 */
export function placed({
  before,
  after,
}: {
  readonly before: ComponentState;
  readonly after: ComponentState;
}): readonly ReleaseId[] {
  const names = Object.keys(after.environments);
  const ran = names.map((name) => running(before, name));
  const runs = names.map((name) => running(after, name));
  const isSame =
    before.holds === after.holds &&
    before.freeze === after.freeze &&
    runs.every((id, index) => id === ran[index]);
  const there = new Set([...ran, ...runs, ...names.flatMap((name) => offered(after, name))]);
  const shown = Object.values(after.releases)
    .filter((release) => !isSame && (saysWhatRuns(release) || there.has(release.id)))
    .map(({ id }) => id);
  return [...shown, ...names.flatMap((name) => noLongerUndone(before, after, name))];
}

function saysWhatRuns({ status, promotions }: Release): boolean {
  return (
    status.kind === "candidate" ||
    promotions.some(({ state, incident }) => state.kind === "failed" && incident !== null)
  );
}

/** What can be rolled back there, or whose rollback can be tried again, whether it is superseded or not. */
function offered(state: ComponentState, environment: string): readonly ReleaseId[] {
  const { rollback } = environmentState(state, environment);
  const undone = planRollback(state, environment)?.from.id;
  return [undone, rollback?.from].flatMap((id) => id ?? []);
}

function running(state: ComponentState, environment: string): ReleaseId | null {
  const { serving, live } = environmentState(state, environment);
  return serving ?? live;
}

/** What would be rolled back there, before and after, where that is not the same. */
function noLongerUndone(
  before: ComponentState,
  after: ComponentState,
  environment: string,
): readonly ReleaseId[] {
  const undone = [before, after].flatMap(
    (state) => planRollback(state, environment)?.from.id ?? [],
  );
  return undone[0] === undone[1] ? [] : undone;
}
