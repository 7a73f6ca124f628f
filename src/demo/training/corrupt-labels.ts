import { createSeededRandom } from "./seeded-random.ts";
import type { LabelledPair } from "./snapshot.ts";

/**
 * The same pairs with the labels of one country shuffled among themselves, as a broken join upstream
 * leaves them: each row is still valid and the share of positives is the same, but in that country the
 * labels say nothing any more.
 * @throws Error when no pair is of that country: then nothing would be corrupted
 */
export function corruptLabels(
  pairs: readonly LabelledPair[],
  country: string,
  seed: string,
): readonly LabelledPair[] {
  const labels = pairs.filter((pair) => pair.country === country).map((pair) => pair.connected);
  if (labels.length === 0) throw new Error(`no pair is of the country "${country}"`);
  const shuffled = createSeededRandom(`corrupt ${seed}`).shuffled(labels).values();
  return pairs.map((pair) =>
    pair.country === country ? { ...pair, connected: shuffled.next().value ?? false } : pair,
  );
}
