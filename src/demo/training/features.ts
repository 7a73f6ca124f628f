import type { Pair } from "./snapshot.ts";

/**
 * What the model sees of a pair, by name. Training and serving use this one table: a model file lists
 * the names it was fitted on, in order, and serving computes exactly those.
 * Counts are taken as logarithms because the tenth common neighbour tells less than the first.
 */
const FEATURES: Readonly<Record<string, (pair: Pair) => number>> = {
  bias: () => 1,
  log_common_neighbours: (pair) => Math.log1p(pair.commonNeighbours),
  same_company: (pair) => Number(pair.sameCompany),
  same_school: (pair) => Number(pair.sameSchool),
  log_days_since_signup: (pair) => Math.log1p(pair.daysSinceSignup),
  country_br: (pair) => Number(pair.country === "BR"),
  country_de: (pair) => Number(pair.country === "DE"),
  country_in: (pair) => Number(pair.country === "IN"),
  country_ng: (pair) => Number(pair.country === "NG"),
};

export const FEATURE_NAMES: readonly string[] = Object.keys(FEATURES);

export function isFeature(name: string): boolean {
  return Object.hasOwn(FEATURES, name);
}

/** @throws Error when a name is not a feature: a model of another project, or of a later version */
export function featureVector(names: readonly string[], pair: Pair): readonly number[] {
  return names.map((name) => {
    const compute = isFeature(name) ? FEATURES[name] : undefined;
    if (compute === undefined) throw new Error(`the feature "${name}" is not known here`);
    return compute(pair);
  });
}
