import type { ComponentPolicy, IntakeRule } from "../core/policy.ts";
import { isListed } from "./sources/repository-list.ts";
import type { BuildSubject, SourceSettings } from "./sources/source.ts";
import { cleanLine } from "./sources/text.ts";

type Components = Readonly<Record<string, ComponentPolicy>>;

export interface MatchRequest {
  readonly source: SourceSettings;
  readonly subject: BuildSubject;
  readonly components: Components;
}

export type Match =
  | { readonly kind: "matched"; readonly components: readonly ComponentPolicy[] }
  | {
      readonly kind: "unmatched";
      readonly code: "repository_not_listed" | "component_unknown" | "no_rule_matches";
      /** Which rule did not match, for which component. */
      readonly message: string;
    };

/** Components that are spoken of in one message. */
const SHOWN = 5;
const LONGEST_VALUE = 80;

/**
 * The components that a build belongs to. A component takes it when one of its rules for this source
 * matches, and when the repositories are the same where both are known. Where neither the sender names
 * the component nor the component its repository, a repository's event belongs to nobody: any other
 * repository has a branch `main` too.
 */
export function matchComponents({ source, subject, components }: MatchRequest): Match {
  const { component: named, repository } = subject;
  const lists = named === null || source.repositories.length > 0;
  if (lists && repository !== null && !isListed(repository, source.repositories)) {
    const listed = source.repositories.join(", ") || "empty";
    return {
      kind: "unmatched",
      code: "repository_not_listed",
      message: `repository ${quote(repository)} is not in sources.${source.id}.repositories (${listed})`,
    };
  }
  if (named !== null && !Object.hasOwn(components, named)) {
    return {
      kind: "unmatched",
      code: "component_unknown",
      message: `the configuration has no component ${quote(named)}: correct the name, or add it under components`,
    };
  }
  const own = named === null ? undefined : components[named];
  const asked = own === undefined ? askersOf(components, source.id) : [own];
  const results = asked.map((component) => ({
    component,
    reason: whyNot(component, source, subject),
  }));
  const matched = results.filter(({ reason }) => reason === null);
  if (matched.length > 0) {
    return { kind: "matched", components: matched.map(({ component }) => component) };
  }
  const reasons = results.flatMap(({ component, reason }) =>
    reason === null ? [] : [{ component, reason }],
  );
  return { kind: "unmatched", code: "no_rule_matches", message: explain(reasons, source) };
}

const askers = new WeakMap<Components, ReadonlyMap<string, readonly ComponentPolicy[]>>();

/**
 * The components that have a rule for a source; all of them where none has. A configuration never changes, so
 * it is gone through once.
 */
function askersOf(components: Components, source: string): readonly ComponentPolicy[] {
  const known = askers.get(components) ?? bySource(components);
  askers.set(components, known);
  return known.get(source) ?? Object.values(components);
}

function bySource(components: Components): ReadonlyMap<string, readonly ComponentPolicy[]> {
  const found = new Map<string, ComponentPolicy[]>();
  for (const component of Object.values(components)) {
    for (const source of new Set(component.intake.map((rule) => rule.source))) {
      const list = found.get(source);
      if (list === undefined) found.set(source, [component]);
      else list.push(component);
    }
  }
  return found;
}

/** null: it takes the build. */
function whyNot(
  component: ComponentPolicy,
  source: SourceSettings,
  subject: BuildSubject,
): Reason | null {
  const rules = component.intake.filter((rule) => rule.source === source.id);
  if (rules.length === 0) return { rank: "other-source", text: "has no rule for the source" };
  const elsewhere = whyNotRepository(component, subject);
  if (elsewhere !== null) return { rank: "other-repository", text: elsewhere };
  const mismatches = rules.map((rule) => mismatchesOf(rule, subject));
  return mismatches.some((list) => list.length === 0)
    ? null
    : { rank: "near", text: mismatches.map((list) => list.join(" and ")).join("; or else ") };
}

/** Which of the reports that are joined it is, by the first rule that takes it; nothing where none are. */
export function partOf(
  component: ComponentPolicy,
  source: SourceSettings,
  subject: BuildSubject,
): { readonly part?: string } {
  if (component.join === null) return {};
  const rule = component.intake.find(
    (one) => one.source === source.id && mismatchesOf(one, subject).length === 0,
  );
  return { part: rule?.part ?? source.id };
}

interface Reason {
  /** The nearest misses are shown first. */
  readonly rank: "near" | "other-repository" | "other-source";
  readonly text: string;
}

function whyNotRepository(component: ComponentPolicy, subject: BuildSubject): string | null {
  if (subject.repository === null) return null;
  if (component.repository === null) {
    return subject.component === null
      ? `names no repository; add repository: ${quote(subject.repository)}`
      : null;
  }
  return sameName(component.repository, subject.repository)
    ? null
    : `is built from ${component.repository}, this comes from ${quote(subject.repository)}`;
}

function mismatchesOf(rule: IntakeRule, subject: BuildSubject): readonly string[] {
  if (isNameless(subject) && rule.workflow === null && rule.package === null) {
    return ["names neither a workflow nor a package, so that any build would be its own"];
  }
  if (subject.onlyWhereNamed === true && rule.event === null) {
    return [`names no event, and ${quote(subject.event ?? "this")} is taken only by its name`];
  }
  return (["event", "workflow", "branch", "package"] as const).flatMap((field) => {
    const wanted = rule[field];
    if (wanted === null || wanted === subject[field]) return [];
    const got = subject[field];
    return `wants ${field} ${wanted}, this has ${got === null ? "none" : quote(got)}`;
  });
}

const RANKS = ["near", "other-repository", "other-source"] as const;

function explain(
  reasons: readonly { readonly component: ComponentPolicy; readonly reason: Reason }[],
  source: SourceSettings,
): string {
  if (reasons.every(({ reason }) => reason.rank === "other-source")) {
    const who =
      reasons.length === 1
        ? `component ${reasons[0]?.component.name} has no`
        : "no component has an";
    return `${who} intake rule for source ${source.id}; add { source: ${source.id} } under its intake`;
  }
  const told = RANKS.slice(0, 2).flatMap((rank) =>
    reasons
      .filter(({ reason }) => reason.rank === rank)
      .map(({ component, reason }) => `${component.name} ${reason.text}`),
  );
  const more = told.length - SHOWN;
  return `no component asks for this: ${told.slice(0, SHOWN).join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Nothing but a rule can say whose it is. */
function isNameless({ component, repository }: BuildSubject): boolean {
  return component === null && repository === null;
}

/** What a sender wrote, short and on one line. */
function quote(text: string): string {
  return cleanLine(text, LONGEST_VALUE);
}
