import { duration } from "../core/describe.ts";
import type { Promotion } from "../core/promotion.ts";
import type { CheckAssessment } from "../core/verdict.ts";
import type { WatchCheck } from "../core/watch-policy.ts";
import { contexts, sections } from "./blocks/block.ts";
import { compose, type Part } from "./blocks/compose.ts";
import type { Headline } from "./headline/headline.ts";
import { headlineParts, headlineText } from "./headline/headline-part.ts";
import { checkLine, measuringLine, worstFirst } from "./headline/watch-lines.ts";
import { LIMITS, SHOWN } from "./limits.ts";
import type { Block, Message } from "./message.ts";
import { type ChartStyle, chartPart } from "./parts/chart-part.ts";
import { distanceLine } from "./parts/limit-lines.ts";
import { basisLines, judgeFor, tableBlocks, watchedChecks } from "./parts/measurement-part.ts";
import { withSimpler } from "./simpler.ts";
import { subject } from "./subject.ts";
import { counted } from "./text/lines.ts";
import { line, type Mrkdwn, md } from "./text/mrkdwn.ts";
import { plain } from "./text/plain.ts";
import { time } from "./text/time.ts";
import type { WatchView } from "./view.ts";

const CHECKS_SHOWN = [6, 4, 2, 1];

/** How the release that is watched is doing: each check with its last measurements, the worst first. */
export function drawWatch(view: WatchView): Message {
  return withSimpler(view.charts, (style) => drawWith(view, style));
}

function drawWith(view: WatchView, style: ChartStyle): Message {
  const { state, release, charts, notes } = view;
  const about = subject(state.component, release.version);
  const headline = headlineOf(view);
  return {
    text: headlineText(about, headline),
    blocks: compose(LIMITS.message, [
      ...headlineParts(about, headline),
      ...chartPart(charts, style),
      ...checksPart(view),
      ...notesPart(notes),
    ]),
  };
}

function headlineOf(view: WatchView): Headline {
  const { promotion, now, policy } = view;
  const { environment, state, incident } = promotion;
  const checks = checksOf(view);
  const trouble = incident === null ? [] : [wrongLine(incident)];
  switch (state.kind) {
    case "watching":
      return {
        symbol: incident === null ? "👀" : "🚨",
        news: plain`being watched in ${environment}`,
        more: null,
        lines: [
          md`Took traffic ${time(state.from)}. ${leftLine(state.until - now)}`,
          ...trouble,
          ...(checks.length === 0 ? measuringLine(watchOf(view), checks) : []),
        ],
        environment,
      };
    case "live":
      return {
        symbol: "✅",
        news: plain`live in ${environment}`,
        more: null,
        lines: [
          md`Finished its watch ${time(state.since)}.`,
          ...guardLine(policy, environment),
          ...trouble,
        ],
        environment,
      };
    default:
      return {
        symbol: "📦",
        news: plain`was last watched in ${environment}`,
        more: null,
        lines: [md`It is not watched any more: its promotion is ${line(state.kind)}.`, ...trouble],
        environment,
      };
  }
}

function watchOf({ policy, promotion }: WatchView) {
  return policy?.environments.find(({ name }) => name === promotion.environment)?.watch ?? null;
}

function leftLine(left: number): Mrkdwn {
  return left > 0
    ? md`Its watch ends in ${line(duration(left))}.`
    : md`Its watch is over, and goes on until somebody decides.`;
}

function guardLine(policy: WatchView["policy"], environment: string): readonly Mrkdwn[] {
  const guard = policy?.environments.find(({ name }) => name === environment)?.watch?.guard ?? null;
  if (guard === null) return [];
  const window = duration(guard.window);
  return [
    md`It is still measured: the last ${line(window)}, every ${line(duration(guard.every))}.`,
  ];
}

function wrongLine({ sentence, at }: NonNullable<Promotion["incident"]>): Mrkdwn {
  return md`❌ Wrong since ${time(at)}: ${line(sentence, SHOWN.reason)}`;
}

/** What was measured just now; else what was recorded. */
function checksOf({ measured, promotion }: WatchView): readonly CheckAssessment[] {
  return measured ?? recordedChecks(promotion);
}

/** What is recorded of measurements: of the watch itself, or of what went wrong in it. */
export function recordedChecks({ state, incident }: Promotion): readonly CheckAssessment[] {
  const recorded = state.kind === "watching" ? state.checks : [];
  return recorded.length > 0 ? recorded : (incident?.checks ?? []);
}

function checksPart(view: WatchView): readonly Part[] {
  const checks = worstFirst(checksOf(view));
  if (checks.length === 0) return [];
  const configured = watchedChecks(view.policy, view.promotion.environment);
  const blocks = checks
    .slice(0, Math.max(...CHECKS_SHOWN))
    .map((one) => checkBlocks(one, configured));
  return [
    {
      name: "checks",
      title: "checks",
      rank: 60,
      forms: CHECKS_SHOWN.map((count) => [
        ...blocks.slice(0, count).flat(),
        ...moreChecks(checks.length - count),
      ]),
    },
  ];
}

function moreChecks(left: number): readonly Block[] {
  return left <= 0 ? [] : contexts([md`and ${counted(left, "more check", "more checks")}`]);
}

function checkBlocks(
  assessment: CheckAssessment,
  configured: readonly WatchCheck[],
): readonly Block[] {
  const check = configured.find(({ name }) => name === assessment.check);
  const judge = judgeFor(assessment, configured);
  const distance = check === undefined ? null : distanceLine(assessment, check, judge);
  return [
    ...sections([checkLine(assessment)]),
    ...tableBlocks(assessment, judge),
    ...contexts([...(distance === null ? [] : [distance]), ...basisLines(assessment)]),
  ];
}

function notesPart(notes: readonly string[]): readonly Part[] {
  if (notes.length === 0) return [];
  const lines = notes.map((note) => line(note, SHOWN.reason));
  return [{ name: "notes", title: null, rank: 40, forms: [contexts(lines)] }];
}
