import type { Promotion } from "../../core/promotion.ts";
import type { Release } from "../../core/release.ts";
import { contexts } from "../blocks/block.ts";
import type { Part } from "../blocks/compose.ts";
import { SHOWN } from "../limits.ts";
import { atMost } from "../text/lines.ts";
import { actor } from "../text/mention.ts";
import { join, line, list, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { time } from "../text/time.ts";

const DECISIONS_SHOWN = [4, 2];
const PEOPLE_SHOWN = 4;

/** Who decided what and when, the latest first. */
export function decisionPart(release: Release): readonly Part[] {
  const decided = release.promotions.toReversed().filter(isDecided);
  if (decided.length === 0) return [];
  return [
    {
      name: "decisions",
      title: "decisions",
      rank: 70,
      forms: DECISIONS_SHOWN.map((count) =>
        contexts(
          atMost(count, decided, decisionLine, (left) => md`and ${left} earlier, see Details`),
        ),
      ),
    },
  ];
}

/** A promotion that still waits for approval says so above; it has no line. */
function isDecided(promotion: Promotion): boolean {
  return (
    promotion.state.kind !== "awaiting-approval" &&
    decisionTexts(promotion, PEOPLE_SHOWN).length > 0
  );
}

function decisionLine(promotion: Promotion): Mrkdwn {
  return md`*${promotion.environment}* ${join(decisionTexts(promotion, PEOPLE_SHOWN), "; ")}`;
}

/** What people did to a promotion. */
export function decisionTexts(promotion: Promotion, people: number): readonly Mrkdwn[] {
  const { requestedBy, requestedAt, approvals, overridden, state } = promotion;
  const falseAlarm = promotion.incident?.falseAlarm;
  const given = atMost(
    people,
    approvals,
    ({ by, at }) => md`${actor(by)} ${time(at)}`,
    (left) => md`${left} more`,
  );
  return [
    ...(requestedBy.kind === "person"
      ? [md`asked for by ${actor(requestedBy)} ${time(requestedAt)}`]
      : []),
    ...(approvals.length === 0 ? [] : [md`approved by ${list(given)}`]),
    ...(state.kind === "rejected" ? [decisionText("rejected", state)] : []),
    ...(state.kind === "cancelled" ? [decisionText("stopped", state)] : []),
    ...(overridden === null ? [] : [decisionText("kept by override", overridden)]),
    ...(falseAlarm === undefined ? [] : [decisionText("called a false alarm", falseAlarm)]),
  ];
}

function decisionText(
  what: string,
  { by, at, reason }: NonNullable<Promotion["overridden"]>,
): Mrkdwn {
  return md`${what} by ${actor(by)} ${time(at)}: ${line(reason, SHOWN.sentence)}`;
}
