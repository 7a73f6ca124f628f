import type { Change } from "./change.ts";
import type { ComponentState, EnvironmentState } from "./component.ts";
import { job, type NewJob } from "./job.ts";
import { isWaiting } from "./promotion.ts";
import type { ReleaseId } from "./release-id.ts";

/**
 * What runs of a component has changed: components at the other ends of its `needs` edges show it on their
 * cards, and what waits there for it may go on now.
 */
export function relationJobs({ at, before, after, others }: Change): readonly NewJob[] {
  const moved = Object.values(after.environments).filter((one) =>
    hasMoved(before.environments[one.name], one),
  );
  if (moved.length === 0) return [];
  return Object.values(others).flatMap((other) => [
    ...cardsOf(other).map((release) =>
      job(`message:${release}:card`, at, {
        kind: "message",
        component: other.component,
        release,
        key: "card",
      }),
    ),
    // A key of its own: a review that is due when a freeze ends stays due then.
    ...(waitsForAnother(other)
      ? [job(`review-needs:${other.component}`, at, { kind: "review", component: other.component })]
      : []),
  ]);
}

function hasMoved(before: EnvironmentState | undefined, after: EnvironmentState): boolean {
  return (before?.live ?? null) !== after.live || (before?.serving ?? null) !== after.serving;
}

/** Of what runs, and of what is on its way. */
function cardsOf(state: ComponentState): readonly ReleaseId[] {
  const running = Object.values(state.environments).flatMap(({ live, serving }) => [live, serving]);
  const waiting = Object.values(state.releases)
    .filter(({ promotions }) => promotions.some(isWaiting))
    .map(({ id }) => id);
  return [...new Set([...running, ...waiting])].filter(
    (id) => id !== null && state.releases[id] !== undefined,
  ) as readonly ReleaseId[];
}

function waitsForAnother({ releases }: ComponentState): boolean {
  return Object.values(releases).some(({ promotions }) =>
    promotions.some(
      ({ state }) =>
        state.kind === "queued" &&
        state.blockers.some(({ kind }) => kind === "needs" || kind === "needed"),
    ),
  );
}
