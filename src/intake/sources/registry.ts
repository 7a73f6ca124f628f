import { githubSource } from "./github.ts";
import { reportSource } from "./report.ts";
import type { SourceAdapter, SourceSettings } from "./source.ts";

export type SourceAdapters = Readonly<Record<string, SourceAdapter>>;

/** Every system that may send events, by the `type` of its entry in the configuration. */
export const SOURCE_ADAPTERS: SourceAdapters = {
  report: reportSource,
  github: githubSource,
};

/** The ids that a path and a command id can carry. */
const SOURCE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/**
 * Everything that is wrong with one source of the configuration, for whoever loads it: a source with a
 * problem must not be served. The texts name no secret.
 */
export function sourceProblems(
  settings: SourceSettings,
  adapters: SourceAdapters = SOURCE_ADAPTERS,
): readonly string[] {
  const where = `sources.${settings.id}`;
  const problems: string[] = [];
  if (!SOURCE_ID.test(settings.id)) {
    problems.push(`${where}: the id must be letters, digits, dots, dashes: it is part of a URL`);
  }
  const adapter = Object.hasOwn(adapters, settings.type) ? adapters[settings.type] : undefined;
  if (adapter === undefined) {
    const types = Object.keys(adapters).join(", ");
    return [...problems, `${where}.type: unknown; write one of ${types}`];
  }
  if (settings.secrets.length === 0) {
    problems.push(`${where}.secret: missing; without one nothing this source sends is accepted`);
  }
  for (const secret of settings.secrets) {
    const problem = adapter.secretProblem(secret);
    if (problem !== null) problems.push(`${where}.secret: ${problem}`);
  }
  if (adapter.needsRepositories && settings.repositories.length === 0) {
    problems.push(
      `${where}.repositories: missing; list the repositories that are heard, such as ["acme/*"]`,
    );
  }
  return problems;
}
