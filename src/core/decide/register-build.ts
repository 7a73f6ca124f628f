import { advance } from "../advance.ts";
import type { Build } from "../build.ts";
import type { Decision } from "../decision.ts";
import { accepted, type Draft, refused } from "../draft.ts";
import { countFailure } from "../failure.ts";
import { conflictBetween, isSameBuild, mergeBuilds, withKnownCommit } from "../merge-build.ts";
import { refusal } from "../refusal.ts";
import type { Release } from "../release.ts";
import { releaseId } from "../release-id.ts";
import { shareCard } from "../storm.ts";

/**
 * A completed build becomes a release. The same version again is the same release: equal facts change
 * nothing, more evidence about the same artifact is added, and another artifact is refused, because a
 * version is immutable.
 */
export function registerBuild(
  draft: Draft,
  {
    component,
    build,
    isWholeFor,
  }: {
    readonly component: string;
    readonly build: Build;
    /** Whether `build` is all there is to say of the release, so that it takes the place of what it says. */
    readonly isWholeFor: (known: Build) => boolean;
  },
): Decision {
  if (draft.policy === undefined) {
    return refused(draft, refusal("unknown_component", `no component ${component} is configured`));
  }
  const id = releaseId(component, build.version);
  const open = draft.state().releases[id];
  const known = open ?? draft.context.archived[id];

  if (known === undefined) {
    const sequence = draft.state().sequence + 1;
    draft.emit({ type: "ReleaseRegistered", release: id, sequence, build });
    const release = draft.state().releases[id] as Release;
    if (build.outcome === "success") shareCard(draft, draft.policy, release);
    else countFailure(draft, draft.policy, release);
    advance(draft);
    return accepted(draft, { release: id });
  }
  const isWhole = isWholeFor(known.build);
  const conflict = isWhole && isUntouched(known) ? null : conflictBetween(known.build, build);
  if (conflict !== null) {
    return refused(
      draft,
      refusal(
        "version_conflict",
        `version: ${build.version} of ${component} was already built ${conflict}; give the new build a version of its own`,
      ),
      id,
    );
  }
  const revised = isWhole ? withKnownCommit(build, known.build) : mergeBuilds(known.build, build);
  if (isSameBuild(revised, known.build)) return accepted(draft, { release: id });

  if (open === undefined) draft.emit({ type: "ReleaseRestored", release: known });
  draft.emit({
    type: "EvidenceRevised",
    release: id,
    revision: known.revision + 1,
    build: revised,
  });
  advance(draft);
  return accepted(draft, { release: id });
}

/** Something blocks it, and it was never asked into an environment: which artifact it is may still turn out. */
function isUntouched({ build, promotions }: Release): boolean {
  return promotions.length === 0 && (build.gaps ?? []).some(({ blocks }) => blocks);
}
