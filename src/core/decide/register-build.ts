import { advance } from "../advance.ts";
import type { Build } from "../build.ts";
import type { RegisterBuild } from "../command.ts";
import type { Decision } from "../decision.ts";
import { accepted, type Draft, refused } from "../draft.ts";
import { canonicalJson, type Json } from "../json.ts";
import { refusal } from "../refusal.ts";
import type { Release } from "../release.ts";
import { releaseId } from "../release-id.ts";

/**
 * A completed build becomes a release. The same version again is the same release: equal facts change
 * nothing, more evidence about the same artifact is added, and another artifact is refused, because a
 * version is immutable. `earlier` is what the same reports came to before the last of them: where the release
 * still says that, it says `build` from now on.
 */
export function registerBuild(
  draft: Draft,
  { component, build }: RegisterBuild,
  earlier: Build | null = null,
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
    advance(draft);
    return accepted(draft, { release: id });
  }
  const conflict = conflictBetween(known.build, build);
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
  const revised =
    earlier !== null && sameBuild(known.build, resolved(earlier, known.build))
      ? resolved(build, known.build)
      : merge(known, build);
  if (sameBuild(revised, known.build)) return accepted(draft, { release: id });

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

/** A failed build may be built again under its version; one that succeeded may not become another. */
function conflictBetween(known: Build, build: Build): string | null {
  if (known.outcome !== "success") return null;
  if (differ(known.artifact?.digest, build.artifact?.digest)) {
    return `with the digest ${known.artifact?.digest}`;
  }
  if (differ(known.artifact?.uri, build.artifact?.uri)) {
    return `as ${known.artifact?.uri}`;
  }
  return differ(known.commit?.sha, build.commit?.sha) ? `from commit ${known.commit?.sha}` : null;
}

function differ(a: string | null | undefined, b: string | null | undefined): boolean {
  return typeof a === "string" && typeof b === "string" && a !== b;
}

function merge({ build: known }: Release, build: Build): Build {
  if (known.outcome !== "success") return isEarlierRun(build, known) ? known : build;
  return {
    ...known,
    outcome: isEarlierRun(build, known) ? known.outcome : build.outcome,
    run: isEarlierRun(build, known) ? known.run : (build.run ?? known.run),
    trigger: known.trigger ?? build.trigger,
    startedBy: known.startedBy ?? build.startedBy,
    startedAt: known.startedAt ?? build.startedAt,
    finishedAt: known.finishedAt ?? build.finishedAt,
    artifact: mergeNullable(known.artifact, build.artifact),
    commit: mergeNullable(known.commit, build.commit),
    metrics: { ...known.metrics, ...build.metrics },
    slices: { ...known.slices, ...build.slices },
    tests: build.tests ?? known.tests,
    checks: mergeByName(known.checks, build.checks),
    datasets: mergeByName(known.datasets, build.datasets),
    notes: build.notes ?? known.notes,
  };
}

/** With the commit that the tag was found to be: a version is of one commit. */
function resolved(build: Build, { commit: known }: Build): Build {
  const { commit } = build;
  if (commit === null || commit.sha !== null || known === null || known.sha === null) return build;
  const isSame = commit.tag === known.tag && commit.repository === known.repository;
  return { ...build, commit: isSame ? { ...commit, sha: known.sha } : known };
}

/** A delivery that was late: an attempt of the same run that a later attempt has already replaced. */
function isEarlierRun(build: Build, known: Build): boolean {
  return (
    build.run !== null &&
    known.run !== null &&
    build.run.id === known.run.id &&
    build.run.attempt < known.run.attempt
  );
}

/** Members that the first report left open are filled in by the later one. */
function mergeNullable<T extends object>(known: T | null, added: T | null): T | null {
  if (known === null || added === null) return known ?? added;
  const entries = Object.entries(known).map(([key, value]) => [
    key,
    value ?? added[key as keyof T] ?? null,
  ]);
  return Object.fromEntries(entries) as T;
}

function mergeByName<T extends { readonly name: string }>(
  known: readonly T[],
  added: readonly T[],
): readonly T[] {
  const names = new Set(added.map(({ name }) => name));
  return [...known.filter(({ name }) => !names.has(name)), ...added];
}

function sameBuild(a: Build, b: Build): boolean {
  const comparable = (build: Build) => canonicalJson(build as unknown as Json);
  return comparable({ ...a, source: "" }) === comparable({ ...b, source: "" });
}
