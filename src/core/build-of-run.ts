import type { Build, Gap } from "./build.ts";
import { later } from "./merge-fragment.ts";
import type { RunRecord, Said } from "./run-record.ts";

/**
 * The build that a run comes to, by what is known of it so far; null: it has not ended.
 * `sha256`: of a text, in hexadecimal.
 */
export function buildOfRun(record: RunRecord, sha256: (text: string) => string): Build | null {
  if (record.outcome === null) return null;
  const { id, attempt, source } = record;
  return {
    version: record.madeVersion ?? record.version?.value ?? versionOfRun(id, sha256),
    outcome: record.outcome.value,
    source,
    run: { id, attempt, url: record.url?.value ?? null },
    trigger: record.trigger?.value ?? null,
    startedBy: record.startedBy?.value ?? null,
    startedAt: record.startedAt,
    finishedAt: record.finishedAt,
    artifact: wholeOf(
      preferring(record.artifacts, ({ digest }) => digest !== null),
      record.artifacts,
      (a, b) => a.uri === b.uri && (a.digest === b.digest || b.digest === null),
    ),
    commit: wholeOf(
      preferring(record.commits, ({ sha }) => sha !== null),
      record.commits,
      (a, b) => a.repository === b.repository && (a.sha === b.sha || b.sha === null),
    ),
    metrics: valuesOf(record.metrics),
    slices: Object.fromEntries(
      inOrder(record.slices).map(([name, metrics]) => [name, valuesOf(metrics)]),
    ),
    tests: record.tests?.value ?? null,
    checks: inOrder(record.checks).map(([, { value }]) => value),
    datasets: datasetsOf(record.datasets),
    notes: record.notes?.value ?? null,
    ...gapsOf(record),
  };
}

/** What is allowed in a version: visible characters, at most 128. */
const NOT_IN_A_VERSION = /[\s\p{C}]+/gu;
const LONGEST_VERSION = 128;
const DIGITS_OF_DIGEST = 12;

/** The id of a run as a version: as it is where it is one, else made one that no other id is made. */
function versionOfRun(id: string, sha256: (text: string) => string): string {
  const visible = id.replace(NOT_IN_A_VERSION, "-");
  if (visible === id && id !== "" && id.length <= LONGEST_VERSION) return id;
  const room = LONGEST_VERSION - DIGITS_OF_DIGEST - 1;
  // Whole characters: half of a surrogate pair is none.
  const start = [...visible].reduce(
    (text, character) => (text.length + character.length <= room ? text + character : text),
    "",
  );
  return `${start}-${sha256(id).slice(0, DIGITS_OF_DIGEST)}`;
}

/** Those of which more is known, where there are any. */
function preferring<T>(
  all: readonly Said<T>[],
  isKnown: (value: T) => boolean,
): readonly Said<T>[] {
  const known = all.filter(({ value }) => isKnown(value));
  return known.length > 0 ? known : all;
}

/** The latest of some values; what it leaves open is filled in by the others that are about the same. */
function wholeOf<T extends object>(
  candidates: readonly Said<T>[],
  all: readonly Said<T>[],
  isSame: (a: T, b: T) => boolean,
): T | null {
  const [first, ...more] = candidates;
  if (first === undefined) return null;
  const winner = more.reduce<Said<T>>(later, first);
  const others = all.filter(({ value }) => isSame(winner.value, value));
  const keys = [...new Set(others.flatMap(({ value }) => Object.keys(value)))].sort();
  const entries = keys.map((key) => {
    const member = (value: T): unknown => value[key as keyof T] ?? null;
    const known = others.flatMap(({ at, value }) => {
      const one = member(value);
      return one === null ? [] : [{ at, value: one }];
    });
    return [key, member(winner.value) ?? latestOf(known)?.value ?? null];
  });
  return Object.fromEntries(entries) as T;
}

function latestOf<T>(all: readonly Said<T>[]): Said<T> | null {
  return all.reduce<Said<T> | null>(later, null);
}

function datasetsOf(all: RunRecord["datasets"]): Build["datasets"] {
  const names = [...new Set(all.map(({ value }) => value.name))].sort();
  return names
    .map((name) => all.filter(({ value }) => value.name === name))
    .map((named) => wholeOf(named, named, (a, b) => a.version === b.version))
    .filter((dataset) => dataset !== null);
}

/** A run that names two artifacts does not say which one is the release. */
function gapsOf({ id, artifacts, commits, gaps, cut }: RunRecord): Pick<Build, "gaps"> {
  const digests = known(artifacts.map(({ value }) => value.digest));
  const shas = known(commits.map(({ value }) => value.sha));
  const found: readonly Gap[] = [
    ...gaps.map(({ value }) => value),
    ...(digests.length < 2
      ? []
      : [
          {
            what: "one artifact",
            why: `the events of run ${id} name ${digests.join(" and ")}; report only the one that is released`,
            blocks: true,
          },
        ]),
    ...(shas.length < 2
      ? []
      : [
          {
            what: "one commit",
            why: `the events of run ${id} name ${shas.join(" and ")}`,
            blocks: false,
          },
        ]),
    ...(cut
      ? [
          {
            what: "the whole evidence",
            why: `run ${id} reported more than is kept of one run; report fewer metrics, checks or data sets`,
            blocks: true,
          },
        ]
      : []),
  ];
  return found.length === 0 ? {} : { gaps: found };
}

function known(texts: readonly (string | null)[]): readonly string[] {
  return [...new Set(texts)].filter((text) => text !== null).sort();
}

function inOrder<T>(record: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function valuesOf(
  record: Readonly<Record<string, Said<number>>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(inOrder(record).map(([name, { value }]) => [name, value]));
}
