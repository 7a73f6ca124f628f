import type { Directory, PersonId } from "./actor.ts";
import type { ApprovalRule } from "./policy.ts";
import type { Approval } from "./promotion.ts";

export interface RuleResult {
  readonly rule: ApprovalRule;
  /** The people whose approvals were counted for this rule. */
  readonly counted: readonly PersonId[];
  /** Who could approve under this rule; null: Slack could not say for any of its principals. */
  readonly eligible: readonly PersonId[] | null;
  readonly met: boolean;
  /** One sentence for people. */
  readonly sentence: string;
}

export interface ApprovalResult {
  readonly met: boolean;
  /** One sentence for people. */
  readonly sentence: string;
  readonly rules: readonly RuleResult[];
  /** People who approved and do not count under any rule. */
  readonly ignored: readonly PersonId[];
}

/**
 * Whether every rule is met by people who count now. A person counts once, for one rule only: the
 * approvals are matched to the rules so that as many as possible are used (maximum bipartite matching,
 * Kuhn 1955). A rule without principals, or whose principals resolve to nobody, is never met.
 * `excluded` never count: the author of the change, unless self-approval is allowed.
 */
export function evaluateApproval(
  rules: readonly ApprovalRule[],
  approvals: readonly Approval[],
  directory: Directory,
  excluded: readonly PersonId[],
): ApprovalResult {
  const people = approvals.flatMap(({ by }) => (by.kind === "person" ? [by.id] : []));
  const eligible = rules.map((rule) => eligibleFor(rule, directory, excluded));
  const countedFor = assign(rules, eligible, [...new Set(people)]);
  const results = rules.map((rule, index) =>
    ruleResult(rule, countedFor(index), eligible[index] ?? null),
  );
  const counted = new Set(results.flatMap((result) => result.counted));
  const missing = results.filter(({ met }) => !met);
  return {
    met: missing.length === 0,
    sentence:
      missing.length === 0
        ? "every approval rule is met"
        : missing.map(({ sentence }) => sentence).join("; "),
    rules: results,
    ignored: [...new Set(people)].filter((person) => !counted.has(person)),
  };
}

/** The people of a rule; null when not one of its principals could be resolved. */
function eligibleFor(
  rule: ApprovalRule,
  directory: Directory,
  excluded: readonly PersonId[],
): readonly PersonId[] | null {
  const resolved = rule.from.map((principal) => directory[principal] ?? null);
  if (resolved.length > 0 && resolved.every((people) => people === null)) return null;
  const people = new Set(resolved.flatMap((members) => members ?? []));
  return [...people].filter((person) => !excluded.includes(person));
}

/** Gives for a rule, by its position, the people counted for it, in the order of their approvals. */
function assign(
  rules: readonly ApprovalRule[],
  eligible: readonly (readonly PersonId[] | null)[],
  people: readonly PersonId[],
): (rule: number) => readonly PersonId[] {
  const seats = rules.flatMap((rule, index) =>
    Array.from({ length: rule.count }, () => ({ rule: index })),
  );
  const holder = new Map<number, PersonId>();

  const place = (person: PersonId, tried: Set<number>): boolean => {
    for (const [seat, { rule }] of seats.entries()) {
      if (tried.has(seat) || !(eligible[rule] ?? []).includes(person)) continue;
      tried.add(seat);
      const present = holder.get(seat);
      if (present === undefined || place(present, tried)) {
        holder.set(seat, person);
        return true;
      }
    }
    return false;
  };
  for (const person of people) place(person, new Set());

  return (index) =>
    people.filter((person) =>
      seats.some((seat, number) => seat.rule === index && holder.get(number) === person),
    );
}

function ruleResult(
  rule: ApprovalRule,
  counted: readonly PersonId[],
  eligible: readonly PersonId[] | null,
): RuleResult {
  const met = eligible !== null && eligible.length > 0 && counted.length >= rule.count;
  return { rule, counted, eligible, met, sentence: ruleSentence(rule, counted, eligible) };
}

function ruleSentence(
  rule: ApprovalRule,
  counted: readonly PersonId[],
  eligible: readonly PersonId[] | null,
): string {
  if (rule.from.length === 0) return "nobody can approve: the rule names no one";
  const names = rule.from.join(" or ");
  if (eligible === null) return `nobody can approve now: Slack could not say who ${names} is`;
  if (eligible.length === 0) return `nobody can approve: there is nobody in ${names}`;
  const of = `${counted.length} of ${rule.count} from ${names}`;
  return eligible.length < rule.count
    ? `${of}; it can never be met: only ${eligible.length} can approve`
    : of;
}
