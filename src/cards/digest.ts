import type { Instant } from "../core/json.ts";
import type { Promotion } from "../core/promotion.ts";
import { contexts, header, sections } from "./blocks/block.ts";
import { compose } from "./blocks/compose.ts";
import { listPart } from "./blocks/list-part.ts";
import { frozenLine } from "./headline/brakes.ts";
import { LIMITS, SHOWN } from "./limits.ts";
import type { Message } from "./message.ts";
import { mostUrgentFirst } from "./overview.ts";
import { componentLines } from "./parts/component-lines.ts";
import { changedAt, version } from "./subject.ts";
import { code, fallback, join, line, type Mrkdwn, md } from "./text/mrkdwn.ts";
import { type Plain, plain, plainLine } from "./text/plain.ts";
import { time } from "./text/time.ts";
import type { ComponentView, DigestView } from "./view.ts";

/** The daily summary: what went live, what was taken back, what waits, and what runs where. */
export function drawDigest(view: DigestView): Message {
  const { components, freeze, since, now } = view;
  const ended = components.flatMap((one) => endedSince(one, since));
  const title = titleOf(ended);
  const frozen =
    freeze === null || freeze.until <= now
      ? []
      : sections([frozenLine({ kind: "frozen", ...freeze })]);
  return {
    text: fallback(line(title.plain, LIMITS.header)),
    blocks: compose(LIMITS.message, [
      { name: "title", title: null, rank: 100, forms: [[header(title)]] },
      { name: "freeze", title: null, rank: 90, forms: [frozen] },
      ...listPart({
        name: "ended",
        title: "what happened",
        rank: 60,
        heading: md`*Since ${time(since)}*`,
        items: [...ended].sort((a, b) => changedAt(b.promotion) - changedAt(a.promotion)),
        counts: [20, 10, 5],
        line: endedLine,
      }),
      ...listPart({
        name: "components",
        title: "components",
        rank: 50,
        heading: md`*Now*`,
        items: mostUrgentFirst(components),
        counts: [20, 10, 5],
        line: (one) => join(componentLines(one, now), "\n"),
      }),
      {
        name: "hint",
        title: null,
        rank: 40,
        forms: [contexts([md`${code("/release")} shows this at any time.`])],
      },
    ]),
  };
}

type Ending = "live" | "rolled-back" | "failed" | "rejected";

const ENDINGS: Readonly<Record<Ending, { readonly symbol: string; readonly did: string }>> = {
  live: { symbol: "✅", did: "went live" },
  "rolled-back": { symbol: "↩️", did: "was rolled back" },
  failed: { symbol: "❌", did: "failed" },
  rejected: { symbol: "🚫", did: "was rejected" },
};

interface Ended {
  readonly component: string;
  readonly promotion: Promotion;
  readonly ending: Ending;
}

function endedSince({ state }: ComponentView, since: Instant): readonly Ended[] {
  return Object.values(state.releases)
    .flatMap(({ promotions }) => promotions)
    .flatMap((promotion) => {
      const ending = endingOf(promotion);
      return ending === null || changedAt(promotion) < since
        ? []
        : [{ component: state.component, promotion, ending }];
    });
}

function endingOf({ state: { kind } }: Promotion): Ending | null {
  return kind === "live" || kind === "rolled-back" || kind === "failed" || kind === "rejected"
    ? kind
    : null;
}

function endedLine({ component, promotion, ending }: Ended): Mrkdwn {
  const { symbol, did } = ENDINGS[ending];
  const where = md`*${component}* ${version(component, promotion.release)}`;
  return md`${{ mrkdwn: symbol }} ${where} ${did} in *${promotion.environment}* ${time(changedAt(promotion))}`;
}

function titleOf(ended: readonly Ended[]): Plain {
  const of = (ending: Ending) => ended.filter((one) => one.ending === ending).length;
  const parts = [
    ...(of("live") > 0 ? [`${of("live")} went live`] : []),
    ...(of("rolled-back") > 0 ? [`${of("rolled-back")} rolled back`] : []),
    ...(of("failed") > 0 ? [`${of("failed")} failed`] : []),
    ...(of("rejected") > 0 ? [`${of("rejected")} rejected`] : []),
  ];
  return parts.length === 0
    ? plain`Daily summary: nothing happened`
    : plain`Daily summary: ${plainLine(parts.join(", "), SHOWN.name)}`;
}
