import type { Artifact, Build, Commit, Gap } from "./build.ts";
import { duration } from "./describe.ts";
import type { Instant } from "./json.ts";
import { mergeByName } from "./merge-build.ts";
import type { JoinBy, JoinPolicy } from "./policy.ts";

/** Several reports that build one release, while they come and for a time after. */
export interface Gathering {
  readonly by: JoinBy;
  /** The commit, the digest or the version that they have in common. */
  readonly key: string;
  readonly since: Instant;
  /** When it is over, with what has come by then. */
  readonly until: Instant;
  readonly heardOf: Instant;
  readonly parts: Readonly<Record<string, Build>>;
  /** The version of the release that it made; null: none yet. */
  readonly madeVersion: string | null;
}

export function gatheringId(by: JoinBy, key: string): string {
  return `${by}:${key}`;
}

/** What a report is joined by; null: it does not say. */
export function joinKeyOf(by: JoinBy, build: Build): string | null {
  switch (by) {
    case "commit":
      return build.commit?.sha ?? null;
    case "digest":
      return build.artifact?.digest ?? null;
    case "version":
      return build.version;
  }
}

/** True when nothing more is waited for: all have come, or one of them failed. */
export function isDecided({ parts }: Gathering, join: JoinPolicy): boolean {
  const failed = Object.values(parts).some(({ outcome }) => outcome !== "success");
  return failed || join.parts.every((part) => Object.hasOwn(parts, part));
}

/**
 * The build that the parts make: each member from the first part, in the order of precedence, that knows it;
 * metrics, checks and data sets of all of them. What has not come is a gap that blocks. `wait`: how long it
 * was waited for; null: the time is not over.
 */
export function buildOfParts(
  { parts, madeVersion }: Gathering,
  order: readonly string[],
  wait: number | null,
): Build {
  const others = Object.keys(parts).filter((part) => !order.includes(part));
  const builds = [...order, ...others.sort()].flatMap((part) => {
    const build = Object.hasOwn(parts, part) ? parts[part] : undefined;
    return build === undefined ? [] : [{ part, build }];
  });
  const [first, ...more] = builds.map(({ build }) => build);
  if (first === undefined) throw new Error("a gathering begins with its first part");
  const all = [first, ...more];
  const knows = <T>(member: (build: Build) => T | null): T | null =>
    all.map(member).find((value) => value !== null) ?? null;
  const missing = order
    .filter((part) => !Object.hasOwn(parts, part))
    .map(
      (part): Gap => ({
        what: part,
        why: `nothing from ${part} ${wait === null ? "yet" : `within ${duration(wait)}`}`,
        blocks: true,
      }),
    );
  const gaps = [...all.flatMap((build) => build.gaps ?? []), ...disagreements(builds), ...missing];
  return {
    version: madeVersion ?? first.version,
    outcome:
      all.map(({ outcome }) => outcome).find((outcome) => outcome !== "success") ?? "success",
    source: first.source,
    run: knows(({ run }) => run),
    trigger: knows(({ trigger }) => trigger),
    startedBy: knows(({ startedBy }) => startedBy),
    startedAt: knows(({ startedAt }) => startedAt),
    finishedAt: knows(({ finishedAt }) => finishedAt),
    artifact: artifactOf(all),
    commit: commitOf(all),
    tests: knows(({ tests }) => tests),
    notes: knows(({ notes }) => notes),
    // The last in the list is the first to be overwritten.
    metrics: Object.assign({}, ...all.map(({ metrics }) => metrics).reverse()),
    slices: Object.assign({}, ...all.map(({ slices }) => slices).reverse()),
    checks: all.map(({ checks }) => checks).reduceRight(mergeByName, []),
    datasets: all.map(({ datasets }) => datasets).reduceRight(mergeByName, []),
    ...(gaps.length === 0 ? {} : { gaps }),
  };
}

/** Of the first part that has one; its digest may be known to another that means the same. */
function artifactOf(all: readonly Build[]): Artifact | null {
  const artifacts = all.map(({ artifact }) => artifact).filter((artifact) => artifact !== null);
  const [first] = artifacts;
  if (first === undefined) return null;
  const digest = artifacts.find(({ uri, digest: known }) => uri === first.uri && known !== null);
  return { ...first, digest: first.digest ?? digest?.digest ?? null };
}

/** Of the first part that knows the commit itself; others add what they know of the same one. */
function commitOf(all: readonly Build[]): Commit | null {
  const commits = all.map(({ commit }) => commit).filter((commit) => commit !== null);
  const first = commits.find(({ sha }) => sha !== null) ?? commits[0];
  if (first === undefined) return null;
  const same = commits.filter((commit) => isSameCommit(first, commit));
  const knows = (member: "tag" | "branch" | "author" | "subject") =>
    first[member] ?? same.map((commit) => commit[member]).find((value) => value !== null) ?? null;
  return {
    ...first,
    tag: knows("tag"),
    branch: knows("branch"),
    author: knows("author"),
    subject: knows("subject"),
  };
}

function isSameCommit(a: Commit, b: Commit): boolean {
  return a.repository === b.repository && a.sha === b.sha;
}

/** Parts that are about two commits of one repository are not about one release. */
function disagreements(
  builds: readonly { readonly part: string; readonly build: Build }[],
): readonly Gap[] {
  const said = builds.flatMap(({ part, build: { commit } }) =>
    commit === null || commit.sha === null ? [] : [{ part, ...commit, sha: commit.sha }],
  );
  return said.flatMap((one, index): readonly Gap[] => {
    const other = said
      .slice(0, index)
      .find(({ repository, sha }) => repository === one.repository && sha !== one.sha);
    if (other === undefined) return [];
    const why = `${other.part} is of commit ${other.sha}, and ${one.part} of ${one.sha}`;
    return [{ what: `the commit of ${one.part}`, why, blocks: true }];
  });
}
