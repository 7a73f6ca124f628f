import type { RecordedEvent } from "../../../src/ledger/ledger.ts";
import { byComponent, environmentOf, type Happened, isOf, place } from "./history.ts";

/** Who may approve: each rule names people, of whom one must have. */
export type ApprovalRules = (
  component: string,
  environment: string,
) => readonly (readonly string[])[];

interface Waiting {
  digest: string;
  approved: string | null;
  /** People whose approval of the present digest is recorded. */
  readonly given: Set<string>;
  /** People who were counted when it was approved. */
  counted: readonly string[];
}

/**
 * Rule 1: nothing is deployed without every approval rule met by people who count, on the evidence digest
 * that is deployed. One person counts for one rule; `author` for none.
 */
export function unapprovedDeployments(
  events: readonly RecordedEvent[],
  rulesOf: ApprovalRules,
  author: string,
): readonly string[] {
  return [...byComponent(events)].flatMap(([stream, history]) => {
    const component = stream.slice(stream.indexOf("/") + 1);
    return inOne(history, (environment) => rulesOf(component, environment), author);
  });
}

function inOne(
  history: readonly Happened[],
  rulesOf: (environment: string) => readonly (readonly string[])[],
  author: string,
): readonly string[] {
  const waiting = new Map<string, Waiting>();
  const violations: string[] = [];

  function note(happened: Happened): void {
    if (isOf(happened, "PromotionRequested")) {
      const { promotion, digest, carried } = happened.event;
      const given = new Set(carried.flatMap(({ by }) => (by.kind === "person" ? [by.id] : [])));
      waiting.set(promotion, { digest, approved: null, given, counted: [] });
    }
    if (!("promotion" in happened.event)) return;
    const present = waiting.get(happened.event.promotion);
    if (present === undefined) return;
    if (isOf(happened, "ApprovalsVoided")) {
      present.digest = happened.event.digest;
      present.approved = null;
      present.given.clear();
    }
    if (isOf(happened, "ApprovalGiven")) {
      const { by, event } = happened;
      if (by.kind === "person" && event.digest === present.digest) present.given.add(by.id);
    }
    if (isOf(happened, "PromotionApproved")) {
      present.approved = happened.event.digest;
      present.counted = happened.event.counted.flatMap((by) => (by.kind === "person" ? by.id : []));
    }
  }

  for (const happened of history) {
    note(happened);
    if (!isOf(happened, "DeployStarted")) continue;
    const { promotion, digest } = happened.event;
    const why = whyNotApproved(waiting.get(promotion), digest, {
      rules: rulesOf(environmentOf(promotion)),
      author,
    });
    if (why !== null) violations.push(`${place(happened)}: ${promotion} was deployed, and ${why}`);
  }
  return violations;
}

function whyNotApproved(
  waiting: Waiting | undefined,
  digest: string,
  { rules, author }: { readonly rules: readonly (readonly string[])[]; readonly author: string },
): string | null {
  if (waiting === undefined) return "nobody had asked for it";
  if (waiting.digest !== digest) return "its evidence had changed";
  if (rules.length === 0) return null;
  if (waiting.approved !== digest) return "it was not approved on this evidence";
  const counted = waiting.counted.filter(
    (person) => person !== author && waiting.given.has(person),
  );
  return isMet(rules, counted) ? null : `only ${counted.join(", ") || "nobody"} counted`;
}

/** Whether each rule can be given a person of its own. */
function isMet(rules: readonly (readonly string[])[], people: readonly string[]): boolean {
  const [rule, ...others] = rules;
  if (rule === undefined) return true;
  return people.some(
    (person) =>
      rule.includes(person) &&
      isMet(
        others,
        people.filter((other) => other !== person),
      ),
  );
}
