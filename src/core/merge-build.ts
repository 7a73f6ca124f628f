import type { Build, Gap } from "./build.ts";
import { canonicalJson, type Json } from "./json.ts";

/** Why one of two builds cannot be the other; null: it can. A version is of one artifact and one commit. */
export function conflictBetween(known: Build, build: Build): string | null {
  // A failed build may be built again under its version; one that succeeded may not become another.
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

/** What is known of a build after it has been reported again. */
export function mergeBuilds(known: Build, build: Build): Build {
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
    ...gapsOf(known, build),
  };
}

/** Who said what is missing may say that it is there now; what others miss is still missing. */
function gapsOf(known: Build, build: Build): { readonly gaps?: readonly Gap[] } {
  const { gaps: before = [] } = known;
  const { gaps: added = [] } = build;
  if (before.length === 0 && added.length === 0) return {};
  const names = new Set(added.map(({ what }) => what));
  const left = before.filter(
    ({ what, source = known.source }) => source !== build.source && !names.has(what),
  );
  const own = known.source === build.source ? {} : { source: build.source };
  return { gaps: [...left, ...added.map((gap) => ({ ...gap, ...own }))] };
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

/** What was added takes the place of what was known by the same name. */
export function mergeByName<T extends { readonly name: string }>(
  known: readonly T[],
  added: readonly T[],
): readonly T[] {
  const names = new Set(added.map(({ name }) => name));
  return [...known.filter(({ name }) => !names.has(name)), ...added];
}

/** With the commit that the tag was found to be: a version is of one commit. */
export function withKnownCommit(build: Build, { commit: known }: Build): Build {
  const { commit } = build;
  if (commit === null || commit.sha !== null || known === null || known.sha === null) return build;
  const isSame = commit.tag === known.tag && commit.repository === known.repository;
  return { ...build, commit: isSame ? { ...commit, sha: known.sha } : known };
}

/**
 * Whoever reported it, and however they put it: what is told again may name its times anew, and its lists in
 * another order. A time that nobody knew before is something new.
 */
export function isSameBuild(a: Build, b: Build): boolean {
  return comparable(a, b) === comparable(b, a);
}

function comparable(build: Build, other: Build): string {
  const present = {
    ...build,
    source: "",
    startedAt: other.startedAt === null ? build.startedAt : build.startedAt === null,
    finishedAt: other.finishedAt === null ? build.finishedAt : build.finishedAt === null,
    checks: byName(build.checks),
    datasets: byName(build.datasets),
  };
  return canonicalJson(present as unknown as Json);
}

function byName<T extends { readonly name: string }>(list: readonly T[]): readonly T[] {
  return [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
}
