import type { Build, Metrics, TestCounts } from "./build.ts";
import type { ComparisonOperator } from "./expression.ts";
import type { GateJudgement, GateResult, Release } from "./release.ts";

/** Which way a quantity gets better. */
export type Better = "higher" | "lower";

/** One reported number of a release beside the same number of the release that it is compared with. */
export type Quantity = {
  readonly name: string;
  /** As a gate says it; null: no gate does, or two gates say the opposite, as the two ends of a band do. */
  readonly better: Better | null;
} & (
  | {
      readonly value: number;
      /** null: the other one does not report it, or there is no other one. */
      readonly live: number | null;
    }
  /** Only the other one reports it. */
  | { readonly value: null; readonly live: number }
);

export interface SliceComparison {
  readonly name: string;
  /** The worst first; at least one. */
  readonly quantities: readonly Quantity[];
}

/** The challenger beside the champion: for a model and a service alike. */
export interface EvidenceComparison {
  /** What got worse comes first, then what is gone, then what gates read, then the rest as reported. */
  readonly metrics: readonly Quantity[];
  /** The worst first. */
  readonly slices: readonly SliceComparison[];
  /** Slices that only the other one reports. */
  readonly slicesGone: readonly string[];
  /** Passed, failed and skipped; empty: neither reports tests. */
  readonly tests: readonly Quantity[];
}

/** How a quantity moved; `changed` where nobody says which way is better. */
export type Trend = "worse" | "gone" | "changed" | "better" | "same" | "new";

/**
 * Compares all numbers of a release with those of another build (null: none). What counts as better is
 * taken from the gates that the release was judged by: `metrics.auc >= 0.8` says that a higher `auc` is
 * better, over all data and in each slice. A number that no gate reads is only said to have changed.
 */
export function compareEvidence(
  { build, gates }: Pick<Release, "build" | "gates">,
  before: Build | null,
): EvidenceComparison {
  const better = directionsOf(latestJudgement(gates)?.results ?? []);
  const compare = (now: Metrics, live: Metrics): readonly Quantity[] =>
    worstFirst(pair(now, live, (name) => better.get(`metrics.${name}`) ?? null));
  const slices = Object.entries(build.slices).map(([name, now]) => ({
    name,
    quantities: compare(now, own(before?.slices ?? {}, name)),
  }));
  return {
    metrics: compare(build.metrics, before?.metrics ?? {}),
    slices: worstSlicesFirst(slices.filter(({ quantities }) => quantities.length > 0)),
    slicesGone: Object.keys(before?.slices ?? {}).filter(
      (name) => !Object.hasOwn(build.slices, name),
    ),
    tests: pair(counts(build.tests), counts(before?.tests ?? null), (name) => {
      return better.get(`tests.${name}`) ?? null;
    }),
  };
}

/** Two doubles of equal meaning may differ by as much, relative to their size. */
const NOISE = 1e-12;

export function trendOf({ value, live, better }: Quantity): Trend {
  if (value === null) return "gone";
  if (live === null) return "new";
  const delta = value - live;
  if (Math.abs(delta) <= Math.abs(live) * NOISE) return "same";
  if (better === null) return "changed";
  return delta > 0 === (better === "higher") ? "better" : "worse";
}

/** The direction that a comparison with a limit asks for. */
export function betterBy(operator: ComparisonOperator): Better | null {
  switch (operator) {
    case ">=":
    case ">":
      return "higher";
    case "<=":
    case "<":
      return "lower";
    case "==":
    case "!=":
      return null;
  }
}

const STRING = String.raw`"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"`;
const MEMBER = String.raw`(?:\.(?<name>\w+)|\[(?<quoted>${STRING})\])`;
const OF_METRICS = new RegExp(`^(?:metrics|slices(?:\\.\\w+|\\[${STRING}\\]))${MEMBER}$`);
const OF_TESTS = /^tests\.(?<name>\w+)$/;

/** The metric that the subject of a comparison is, over all data or in a slice; null: another thing. */
export function metricOf(subject: string): string | null {
  const { name, quoted } = OF_METRICS.exec(subject)?.groups ?? {};
  if (quoted !== undefined) return JSON.parse(quoted) as string;
  return name ?? null;
}

/** Every environment has the same gates; where nothing is live some of them have no numbers. */
function latestJudgement(gates: Release["gates"]): GateJudgement | undefined {
  return Object.values(gates).reduce<GateJudgement | undefined>(
    (latest, one) => (latest === undefined || one.judgedAt >= latest.judgedAt ? one : latest),
    undefined,
  );
}

/** By `metrics.<name>` and `tests.<name>`; null where gates contradict each other. */
function directionsOf(results: readonly GateResult[]): ReadonlyMap<string, Better | null> {
  const found = new Map<string, Better | null>();
  for (const { subject, operator } of results.flatMap(({ numbers }) => numbers)) {
    const metric = metricOf(subject);
    const key =
      metric === null ? (OF_TESTS.exec(subject)?.[0] ?? null) : (`metrics.${metric}` as const);
    const direction = betterBy(operator);
    if (key === null || direction === null) continue;
    found.set(key, found.has(key) && found.get(key) !== direction ? null : direction);
  }
  return found;
}

function counts(tests: TestCounts | null): Metrics {
  return tests === null
    ? {}
    : { passed: tests.passed, failed: tests.failed, skipped: tests.skipped };
}

function pair(
  now: Metrics,
  before: Metrics,
  better: (name: string) => Better | null,
): readonly Quantity[] {
  const present = Object.entries(now).map(([name, value]): Quantity => {
    return { name, better: better(name), value, live: member(before, name) };
  });
  const gone = Object.entries(before)
    .filter(([name]) => !Object.hasOwn(now, name))
    .map(([name, live]): Quantity => ({ name, better: better(name), value: null, live }));
  return [...present, ...gone];
}

function worstFirst(quantities: readonly Quantity[]): readonly Quantity[] {
  const of = (trend: Trend) => quantities.filter((one) => trendOf(one) === trend);
  const rest = quantities.filter((one) => !["worse", "gone"].includes(trendOf(one)));
  return [
    ...of("worse").toSorted((a, b) => badness(b) - badness(a)),
    ...of("gone"),
    ...rest.filter(({ better }) => better !== null),
    ...rest.filter(({ better }) => better === null),
  ];
}

/** How much worse a quantity got, relative to what it was; negative: better. 0 where nobody can say. */
function badness({ value, live, better }: Quantity): number {
  if (value === null || live === null || better === null) return 0;
  const change = (value - live) / (Math.abs(live) || 1);
  return better === "higher" ? -change : change;
}

/** Equals stay in the order in which they were reported. */
function worstSlicesFirst(slices: readonly SliceComparison[]): readonly SliceComparison[] {
  return slices
    .map((slice) => ({ slice, rank: rankOf(slice) }))
    .sort((a, b) => b.rank.worse - a.rank.worse || b.rank.other - a.rank.other)
    .map(({ slice }) => slice);
}

/**
 * The larger, the nearer to the top: how much the worst directed number got worse; among equals, where
 * nothing is live, how bad the first directed number is, and else how much any number moved.
 */
function rankOf({ quantities }: SliceComparison): {
  readonly worse: number;
  readonly other: number;
} {
  const directed = quantities.filter(({ better }) => better !== null);
  const compared = directed.filter(({ value, live }) => value !== null && live !== null);
  const worse = compared.length === 0 ? 0 : Math.max(...compared.map(badness));
  const [first] = directed;
  if (compared.length === 0 && typeof first?.value === "number") {
    return { worse, other: first.better === "higher" ? -first.value : first.value };
  }
  const moved = quantities.map((one) => Math.abs(badness({ ...one, better: "lower" })));
  return { worse, other: Math.max(...moved) };
}

/** `constructor` and the like are names too. */
function own(slices: Build["slices"], name: string): Metrics {
  return (Object.hasOwn(slices, name) ? slices[name] : undefined) ?? {};
}

function member(metrics: Metrics, name: string): number | null {
  return (Object.hasOwn(metrics, name) ? metrics[name] : undefined) ?? null;
}
