/** A probability that a model gave, and what really happened. */
export interface Scored {
  readonly score: number;
  readonly positive: boolean;
}

/**
 * Area under the ROC curve: the probability that a random positive is scored above a random negative, a
 * tie counting half. Computed from the rank sum of the positives, ties sharing their mean rank:
 * AUC = (R − p(p + 1)/2) / (p · n). The Mann-Whitney U statistic over p · n; Hanley and McNeil,
 * "The meaning and use of the area under a ROC curve", Radiology 143 (1982).
 * @returns null when there is no positive or no negative: then nothing can be ranked
 */
export function areaUnderCurve(scored: readonly Scored[]): number | null {
  const positives = scored.filter(({ positive }) => positive).length;
  const negatives = scored.length - positives;
  if (positives === 0 || negatives === 0) return null;
  const rankSum = positiveRankSum(scored.toSorted((left, right) => left.score - right.score));
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

function positiveRankSum(ascending: readonly Scored[]): number {
  let sum = 0;
  let start = 0;
  while (start < ascending.length) {
    const end = endOfTie(ascending, start);
    const meanRank = (start + 1 + end) / 2;
    sum += meanRank * ascending.slice(start, end).filter(({ positive }) => positive).length;
    start = end;
  }
  return sum;
}

function endOfTie(ascending: readonly Scored[], start: number): number {
  let end = start + 1;
  while (end < ascending.length && ascending[end]?.score === ascending[start]?.score) end += 1;
  return end;
}
