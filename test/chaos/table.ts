import type { RoundResult } from "./round.ts";

/** What happened and what was found, for people. */
export function tableOf({ happened, findings }: RoundResult): string {
  const events = Object.entries(happened).map(([name, count]) => [name, String(count)] as const);
  const checks = findings.map(
    ({ rule, lookedAt, violations }) =>
      [
        rule,
        String(lookedAt),
        violations.length === 0 ? "holds" : `${violations.length} wrong`,
      ] as const,
  );
  const width = Math.max(...[...events, ...checks].map(([name]) => name.length));
  return [
    ...events.map(([name, count]) => `  ${name.padEnd(width)} ${count.padStart(7)}`),
    "",
    ...checks.map(
      ([rule, count, verdict]) => `  ${rule.padEnd(width)} ${count.padStart(7)}  ${verdict}`,
    ),
  ].join("\n");
}
