import type { Blocker, Promotion } from "../../core/promotion.ts";
import { atMost, counted } from "../text/lines.ts";
import { EMPTY, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { plain } from "../text/plain.ts";
import { time } from "../text/time.ts";
import type { ReleaseView } from "../view.ts";
import { approvals } from "./approval-lines.ts";
import { blockerLine, brakeLines } from "./brakes.ts";
import type { Headline } from "./headline.ts";

type State<K extends Promotion["state"]["kind"]> = Extract<
  Promotion["state"],
  { readonly kind: K }
>;

const BLOCKERS_SHOWN = 4;

export function requestedHeadline({ environment }: Promotion): Headline {
  return {
    symbol: "🆕",
    news: plain`asked for in ${environment}`,
    more: null,
    lines: [],
    environment,
  };
}

export function awaitingHeadline(
  view: ReleaseView,
  promotion: Promotion,
  { since, expiresAt }: State<"awaiting-approval">,
): Headline {
  const { environment } = promotion;
  const { given, needed, impossible, lines, without } = approvals(view, promotion);
  const brakes = brakeLines(view, environment);
  const end = expiresAt === null ? EMPTY : md`, expires ${time(expiresAt)}`;
  return {
    symbol: impossible === null ? "⏳" : "⛔",
    news:
      impossible === null
        ? plain`approval needed for ${environment}`
        : plain`nobody can approve it for ${environment}`,
    more: impossible ?? plain`${given} of ${needed} given.`,
    lines: [
      ...(promotion.sampled === true
        ? [md`🎲 Sampled for review: it is routine, and a share of those is for people to look at.`]
        : []),
      ...lines,
      md`Waiting since ${time(since)}${end}.${without === null ? EMPTY : md` ${without}`}`,
      ...(brakes.length === 0
        ? []
        : [...brakes, md`It can be approved now; it is deployed later.`]),
    ],
    environment,
  };
}

export function queuedHeadline(
  view: ReleaseView,
  promotion: Promotion,
  { since, blockers }: State<"queued">,
): Headline {
  const { environment } = promotion;
  return {
    symbol: "⏸️",
    news: plain`waiting for its turn in ${environment}`,
    more: plain`${reasons(blockers)}.`,
    lines: [
      ...atMost(
        BLOCKERS_SHOWN,
        blockers,
        (blocker) => blockerLine(view.state, environment, blocker),
        (left) => md`and ${counted(left, "more reason", "more reasons")}`,
      ),
      waitLine(since, blockers),
    ],
    environment,
  };
}

function waitLine(since: number, blockers: readonly Blocker[]): Mrkdwn {
  const ends = blockers.map((blocker) => (blocker.kind === "frozen" ? blocker.until : null));
  const end = ends.reduce<number | null>(
    (latest, until) => (latest === null || until === null ? null : Math.max(latest, until)),
    0,
  );
  return end === null || blockers.length === 0
    ? md`Queued since ${time(since)}. It is deployed by itself as soon as nothing is in its way.`
    : md`Queued since ${time(since)}. It is deployed by itself ${time(end)}.`;
}

const REASONS: Readonly<Record<Blocker["kind"], string>> = {
  frozen: "Frozen",
  held: "Held",
  busy: "Another release is at work there",
  needs: "A component that it needs is not there",
  needed: "A component there needs another version",
};

function reasons(blockers: readonly Blocker[]): string {
  const [first] = blockers;
  return first === undefined ? "Nothing is in its way" : REASONS[first.kind];
}
