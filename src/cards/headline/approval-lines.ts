import type { PersonId } from "../../core/actor.ts";
import { evaluateApproval, type RuleResult } from "../../core/approval.ts";
import type { Build } from "../../core/build.ts";
import { environmentPolicy } from "../../core/policy.ts";
import type { Promotion } from "../../core/promotion.ts";
import { SHOWN } from "../limits.ts";
import { atMost, capitalised, counted } from "../text/lines.ts";
import { actor, principal } from "../text/mention.ts";
import { EMPTY, join, line, list, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { type Plain, plain } from "../text/plain.ts";
import { time } from "../text/time.ts";
import type { ReleaseView } from "../view.ts";

const RULES_SHOWN = 6;
const PEOPLE_SHOWN = 4;

export interface Approvals {
  readonly given: number;
  readonly needed: number;
  /** Why a rule can be met by nobody, whatever people click; null: all can be met. */
  readonly impossible: Plain | null;
  /** A line for each rule, and for approvals that do not count. */
  readonly lines: readonly Mrkdwn[];
  /** Who never counts, in words; null: nobody is kept out. */
  readonly without: string | null;
}

/** How far a promotion is with its approvals, and who may give those that lack. */
export function approvals(view: ReleaseView, promotion: Promotion): Approvals {
  const { policy } = view;
  const environment =
    policy === null ? undefined : environmentPolicy(policy, promotion.environment);
  if (environment === undefined) {
    return {
      given: promotion.approvals.length,
      needed: 0,
      impossible: plain`It is no longer configured.`,
      lines: [md`⛔ Blocked: *${promotion.environment}* is no longer configured.`],
      without: null,
    };
  }
  const excluded = environment.selfApproval ? [] : view.excluded;
  const result = evaluateApproval(
    environment.approval,
    promotion.approvals,
    view.directory,
    excluded,
  );
  return {
    given: result.rules.reduce((sum, { counted: who }) => sum + who.length, 0),
    needed: result.rules.reduce((sum, { rule }) => sum + rule.count, 0),
    impossible: impossibility(result.rules),
    lines: [
      ...atMost(
        RULES_SHOWN,
        result.rules,
        (rule) => ruleLine(rule, promotion),
        (left) => md`and ${counted(left, "more rule", "more rules")}`,
      ),
      ...ignoredLine(result.ignored, promotion),
      ...voidedLine(promotion),
    ],
    without: excluded.length === 0 ? null : withoutWhom(view.release.build),
  };
}

function withoutWhom({ startedBy }: Build): string {
  return startedBy === null
    ? "The author does not count."
    : "The author and whoever started the run do not count.";
}

function impossibility(rules: readonly RuleResult[]): Plain | null {
  if (rules.every(canBeMet)) return null;
  return rules.some(({ rule, eligible }) => rule.from.length > 0 && eligible === null)
    ? plain`Slack could not say who may.`
    : plain`A rule asks for people who are not there.`;
}

function canBeMet(
  result: RuleResult,
): result is RuleResult & { readonly eligible: readonly PersonId[] } {
  const { eligible, rule } = result;
  return eligible !== null && eligible.length > 0 && eligible.length >= rule.count;
}

function ruleLine(result: RuleResult, promotion: Promotion): Mrkdwn {
  const { counted: who, rule, met } = result;
  if (!canBeMet(result)) {
    return md`⛔ ${line(capitalised(result.sentence), SHOWN.sentence)}`;
  }
  const of = md`*${who.length} of ${rule.count}* from ${principals(rule.from)}`;
  const by = who.length === 0 ? EMPTY : md`: ${people(who, promotion)}`;
  return met
    ? md`✅ Met: ${of}${by}`
    : md`⏳ Open: ${of}${by} (${counted(result.eligible.length, "person", "people")} may approve)`;
}

function principals(from: readonly string[]): Mrkdwn {
  return join(few(from, principal), " or ");
}

function people(ids: readonly string[], { approvals: given }: Promotion): Mrkdwn {
  const who = given.filter(({ by }) => by.kind === "person" && ids.includes(by.id));
  return list(few(who, ({ by, at }) => md`${actor(by)} ${time(at)}`));
}

function few<Item>(items: readonly Item[], text: (item: Item) => Mrkdwn): readonly Mrkdwn[] {
  return atMost(PEOPLE_SHOWN, items, text, (left) => md`${left} more`);
}

function ignoredLine(ids: readonly string[], promotion: Promotion): readonly Mrkdwn[] {
  return ids.length === 0 ? [] : [md`Not counted: ${people(ids, promotion)}`];
}

function voidedLine({ voided }: Promotion): readonly Mrkdwn[] {
  if (voided === null) return [];
  return [
    md`⚠️ Void: the approval of ${list(few(voided.people, actor))} was taken away ${time(voided.at)}, because ${line(voided.why, SHOWN.sentence)}.`,
  ];
}
