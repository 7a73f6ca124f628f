import type { Scored } from "./area-under-curve.ts";

const BINS = 10;

/**
 * Expected calibration error: how far the mean score of a bin lies from the share of positives in it,
 * weighted by the size of the bin, over ten bins of equal width. Guo, Pleiss, Sun, Weinberger,
 * "On Calibration of Modern Neural Networks", ICML 2017, equation 3. 0 is perfect, 1 the worst.
 */
export function calibrationError(scored: readonly Scored[]): number {
  const bins = Array.from({ length: BINS }, () => ({ scores: 0, positives: 0 }));
  for (const { score, positive } of scored) {
    const bin = bins[Math.min(BINS - 1, Math.floor(score * BINS))];
    if (bin === undefined) throw new Error(`${score} is not a probability`);
    bin.scores += score;
    bin.positives += Number(positive);
  }
  const gaps = bins.map(({ scores, positives }) => Math.abs(scores - positives));
  return gaps.reduce((sum, gap) => sum + gap, 0) / scored.length;
}
