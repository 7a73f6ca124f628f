import type { Build } from "../build.ts";
import type { SystemCommand } from "../command.ts";
import type { Decision } from "../decision.ts";
import { accepted, type Draft, refused } from "../draft.ts";
import { buildOfParts, type Gathering, gatheringId, isDecided, joinKeyOf } from "../gathering.ts";
import { isSameBuild, mergeBuilds } from "../merge-build.ts";
import type { JoinBy, JoinPolicy } from "../policy.ts";
import { type Refusal, refusal } from "../refusal.ts";
import { releaseId } from "../release-id.ts";
import { registerBuild } from "./register-build.ts";

/** Of one component, at once. */
const MOST_GATHERINGS = 50;
/** All of them together, in UTF-16 units of their JSON. */
const LARGEST_GATHERINGS = 1024 * 1024;
/** How long a part may be late. */
const LONGEST = 7 * 24 * 60 * 60 * 1000;

/** A report of which it is known how it was before, where it is one of several about the same. */
export interface Reported {
  readonly build: Build;
  readonly part: string;
  /** What the same reporter said before, all of which `build` repeats; null: nothing. */
  readonly earlier: Build | null;
}

/** One of several reports that build one release: it is kept until all have come, or the time is over. */
export function joinReport(draft: Draft, join: JoinPolicy, reported: Reported): Decision {
  const { part, build } = reported;
  const { component } = draft;
  const key = joinKeyOf(join.by, build);
  if (key === null) {
    // What could not be had of it may be the key: then it stands alone where people see it, and is blocked.
    return (build.gaps ?? []).some(({ blocks }) => blocks)
      ? registerBuild(draft, { component, build, isWholeFor: () => false })
      : refused(draft, keyMissing(component, join.by, part));
  }
  const id = gatheringId(join.by, key);
  const known = gatheringOf(draft, id);
  const before =
    known !== undefined && Object.hasOwn(known.parts, part) ? known.parts[part] : undefined;
  if (before !== undefined) {
    const conflict = conflictOf(before, build);
    if (conflict !== null) return refused(draft, conflicting(join.by, key, part, conflict));
  }
  const present = before === undefined ? build : again(before, reported);
  const made = known?.madeVersion ?? null;
  if (before !== undefined && isSameBuild(before, present)) {
    return accepted(draft, made === null ? {} : { release: releaseId(component, made) });
  }
  if (known === undefined) {
    const until = draft.context.now + join.wait;
    draft.emit({ type: "GatheringOpened", gathering: id, by: join.by, key, until });
  }
  draft.emit({ type: "PartReported", gathering: id, part, build: present });
  forgetGatherings(draft, id);
  // It is there: a part of it has just been reported.
  const gathering = { ...draft.state().gatherings }[id] as Gathering;
  if (made === null && !isDecided(gathering, join)) return accepted(draft);
  const decision = register(draft, id, gathering);
  // What is refused is not kept either: the same report would be a duplicate from then on.
  return decision.refusal === null ? decision : { ...decision, events: [] };
}

/** The time of a gathering is over: the release is made of what has come. */
export function closeGathering(
  draft: Draft,
  { gathering: id }: Extract<SystemCommand, { type: "CloseGathering" }>,
): Decision {
  const gathering = gatheringOf(draft, id);
  if (gathering !== undefined && gathering.until <= draft.context.now) close(draft, id, gathering);
  return accepted(draft);
}

function close(draft: Draft, id: string, gathering: Gathering): void {
  const { refusal: refusedBecause } = register(draft, id, gathering);
  if (refusedBecause !== null) {
    draft.emit({ type: "GatheringForgotten", gathering: id, why: refusedBecause.sentence });
  }
}

function register(draft: Draft, id: string, gathering: Gathering): Decision {
  const { component, policy, context } = draft;
  const join = policy?.join ?? { parts: [], wait: 0 };
  const isOver = context.now >= gathering.until;
  const build = buildOfParts(
    gathering,
    join.parts,
    isOver ? gathering.until - gathering.since : null,
  );
  if (gathering.madeVersion === null) {
    draft.emit({ type: "GatheringClosed", gathering: id, version: build.version });
  }
  return registerBuild(draft, {
    component,
    build,
    isWholeFor: () => gathering.madeVersion !== null,
  });
}

function gatheringOf(draft: Draft, id: string): Gathering | undefined {
  const { gatherings = {} } = draft.state();
  return Object.hasOwn(gatherings, id) ? gatherings[id] : undefined;
}

/** What a part says after it has been reported again. */
function again(before: Build, { build, earlier }: Reported): Build {
  return earlier !== null && isSameBuild(before, earlier) ? build : mergeBuilds(before, build);
}

/** A part that succeeded may be reported again, and not as another one. */
function conflictOf(before: Build, build: Build): string | null {
  if (before.outcome !== "success") return null;
  const [known, other] = [before.artifact?.digest ?? null, build.artifact?.digest ?? null];
  if (known !== null && other !== null) {
    return known === other ? null : `the digest ${known}, and now has ${other}`;
  }
  return before.version === build.version
    ? null
    : `the version ${before.version}, and now has ${build.version}`;
}

function conflicting(by: JoinBy, key: string, part: string, conflict: string): Refusal {
  return refusal(
    "join_conflict",
    `${part} of ${by} ${key} had ${conflict}: two releases cannot be joined by one ${by}; join them by what tells them apart`,
  );
}

const MISSING: Readonly<Record<JoinBy, string>> = {
  commit: "commit.sha: is missing, and",
  digest: "artifact.digest: is missing, and",
  version: "version: is missing, and",
};

function keyMissing(component: string, by: JoinBy, part: string): Refusal {
  return refusal(
    "join_key_missing",
    `${MISSING[by]} the reports on ${component} are joined by ${by}: let ${part} send it, or leave ${part} out of join.parts`,
  );
}

/** What is kept stays small: those that made their release go first, and the others make it with what has come. */
function forgetGatherings(draft: Draft, present: string): void {
  const { now } = draft.context;
  const others = Object.entries({ ...draft.state().gatherings })
    .filter(([id]) => id !== present)
    .sort(([, a], [, b]) => Number(isOpen(b)) - Number(isOpen(a)) || b.heardOf - a.heardOf);
  let size = 0;
  for (const [position, [id, gathering]] of others.entries()) {
    size += JSON.stringify(gathering).length;
    const isOld = !isOpen(gathering) && now - gathering.heardOf > LONGEST;
    const isTooMuch = position + 2 > MOST_GATHERINGS || size > LARGEST_GATHERINGS;
    if (!isOld && !isTooMuch) continue;
    if (isOpen(gathering)) close(draft, id, gathering);
    const why = isOld ? "its release was made long ago" : "more is reported at once than is kept";
    draft.emit({ type: "GatheringForgotten", gathering: id, why });
  }
}

function isOpen({ madeVersion }: Gathering): boolean {
  return madeVersion === null;
}
