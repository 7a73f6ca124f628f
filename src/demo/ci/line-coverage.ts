/**
 * The share of lines that ran, over all files of an lcov report: `LH` lines hit of `LF` lines found.
 * @returns null when the report names no lines
 */
export function lineCoverage(lcov: string): number | null {
  const found = total(lcov, "LF");
  return found === 0 ? null : total(lcov, "LH") / found;
}

function total(lcov: string, field: string): number {
  const counts = lcov.matchAll(new RegExp(`^${field}:(\\d+)$`, "gm"));
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}
