import { canonicalJson, type Instant, type Json } from "./json.ts";
import { emptyRun, type Fragment, type RunRecord, type Said } from "./run-record.ts";

/** As much as is kept of one run, in UTF-16 units of its JSON. */
export const LARGEST_RUN = 128 * 1024;

/**
 * What is known of a run after one more of its events. Merging is commutative, associative and idempotent, up
 * to the size that is kept; `since` and `heardOf` alone say when the events came.
 */
export function mergeFragment(
  known: RunRecord | undefined,
  fragment: Fragment,
  heardOf: Instant,
): RunRecord {
  const before = known ?? emptyRun(fragment, heardOf);
  const { attempt } = fragment.run;
  if (attempt < before.attempt) return { ...before, heardOf };
  const { since, madeVersion } = before;
  const record =
    attempt > before.attempt ? { ...emptyRun(fragment, heardOf), since, madeVersion } : before;
  const whole = merged(record, fragment, heardOf);
  return sizeOf(whole) <= LARGEST_RUN
    ? whole
    : { ...merged(record, bare(fragment), heardOf), cut: true };
}

export function sizeOf(record: RunRecord): number {
  return JSON.stringify(record).length;
}

/** What tells how a run ended, and of which release it was. */
function bare(fragment: Fragment): Fragment {
  const { gaps: _gaps, ...rest } = fragment;
  return { ...rest, metrics: {}, slices: {}, checks: [], datasets: [], notes: null };
}

function merged(known: RunRecord, fragment: Fragment, heardOf: Instant): RunRecord {
  const at = fragment.finishedAt ?? fragment.startedAt ?? 0;
  const said = <T extends Json>(value: T | null): Said<T> | null =>
    value === null ? null : { at, value };
  const { startedAt, finishedAt } = fragment;
  return {
    ...known,
    heardOf,
    outcome: later(known.outcome, said(fragment.outcome)),
    version: later(known.version, said(fragment.version)),
    url: later(known.url, said(fragment.run.url)),
    trigger: later(known.trigger, said(fragment.trigger)),
    startedBy: later(known.startedBy, said(fragment.startedBy)),
    startedAt: pick(Math.min, known.startedAt, startedAt),
    finishedAt: pick(Math.max, known.finishedAt, finishedAt),
    tests: later(known.tests, fragment.tests === null ? null : { at, value: fragment.tests }),
    notes: later(known.notes, said(fragment.notes)),
    artifacts: united(known.artifacts, listOf(fragment.artifact), at),
    commits: united(known.commits, listOf(fragment.commit), at),
    datasets: united(known.datasets, fragment.datasets, at),
    gaps: united(known.gaps, fragment.gaps ?? [], at),
    metrics: latest(known.metrics, fragment.metrics, at),
    slices: {
      ...known.slices,
      ...Object.fromEntries(
        Object.entries(fragment.slices).map(([name, metrics]) => [
          name,
          latest(own(known.slices, name) ?? {}, metrics, at),
        ]),
      ),
    },
    checks: latest(
      known.checks,
      Object.fromEntries(fragment.checks.map((check) => [check.name, check])),
      at,
    ),
  };
}

/** Names come from outside: `constructor` is one too. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function listOf<T>(value: T | null): readonly T[] {
  return value === null ? [] : [value];
}

function pick(
  choose: (a: number, b: number) => number,
  a: Instant | null,
  b: Instant | null,
): Instant | null {
  return a === null || b === null ? (a ?? b) : choose(a, b);
}

/** The one that was said later; of two at the same time the first in the order of their text. */
export function later<A extends Said<unknown> | null>(a: A, b: A): A {
  if (a === null || b === null) return a ?? b;
  if (a.at !== b.at) return a.at > b.at ? a : b;
  return textOf(a.value) <= textOf(b.value) ? a : b;
}

function latest<T>(
  known: Readonly<Record<string, Said<T>>>,
  added: Readonly<Record<string, T>>,
  at: Instant,
): Readonly<Record<string, Said<T>>> {
  const changes = Object.entries(added).map(([name, value]) => [
    name,
    later<Said<T>>(own(known, name) ?? { at, value }, { at, value }),
  ]);
  return changes.length === 0 ? known : { ...known, ...Object.fromEntries(changes) };
}

/** Each value once, with the last time that it was said. */
function united<T>(
  known: readonly Said<T>[],
  added: readonly T[],
  at: Instant,
): readonly Said<T>[] {
  const byText = new Map(known.map((one) => [textOf(one.value), one]));
  for (const value of added) {
    const text = textOf(value);
    byText.set(text, { at: Math.max(at, byText.get(text)?.at ?? at), value });
  }
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function textOf(value: unknown): string {
  return canonicalJson(value as Json);
}
