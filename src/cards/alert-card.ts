import type { DrawnChart } from "../core/chart.ts";
import type { Offer } from "../core/offer.ts";
import type { Promotion } from "../core/promotion.ts";
import { contexts, sections } from "./blocks/block.ts";
import { compose, type Part } from "./blocks/compose.ts";
import { alertHeadline, isUndecided } from "./headline/alert-headline.ts";
import { headlineParts, headlineText } from "./headline/headline-part.ts";
import { LIMITS } from "./limits.ts";
import type { Message } from "./message.ts";
import { buttonPart } from "./parts/buttons.ts";
import { type ChartStyle, chartPart } from "./parts/chart-part.ts";
import { decisionTexts } from "./parts/decision-part.ts";
import { measurementPart } from "./parts/measurement-part.ts";
import { withSimpler } from "./simpler.ts";
import { subject } from "./subject.ts";
import { atMost } from "./text/lines.ts";
import { type Mention, mention } from "./text/mention.ts";
import { join, md } from "./text/mrkdwn.ts";
import type { AlertView } from "./view.ts";

const TOLD_SHOWN = 10;
const PEOPLE_SHOWN = 4;

/**
 * The announcement of an incident: what is wrong, what Slipway does about it or asks, and what it was
 * measured on. Once it is decided it says by whom, and has no buttons.
 */
export function drawAlert(view: AlertView): Message {
  return withSimpler(chartsOf(view.promotion), (style) => drawWith(view, style));
}

/** Those of this incident: of an earlier one there may be some, too. */
function chartsOf({ incident, charts }: Promotion): readonly DrawnChart[] {
  return charts?.of === incident?.at ? (charts?.drawn ?? []) : [];
}

function drawWith(view: AlertView, style: ChartStyle): Message {
  const { state, release, promotion, policy } = view;
  const headline = alertHeadline(view);
  const about = subject(state.component, release.version);
  return {
    text: headlineText(about, headline),
    blocks: compose(LIMITS.message, [
      ...headlineParts(about, headline),
      buttonPart({
        component: state.component,
        release,
        offers: offersOf(view),
        environment: promotion.environment,
        details: false,
      }),
      ...chartPart(chartsOf(promotion), style),
      ...measurementPart(promotion.incident?.checks ?? [], policy, promotion.environment),
      ...toldPart(view.told),
      ...decidedPart(promotion),
    ]),
  };
}

/** The ways out of an incident, as far as they are open; that it was none may be said for longer. */
function offersOf(view: AlertView): readonly Offer[] {
  const here = view.offers.filter(({ environment }) => environment === view.promotion.environment);
  const labels = here.filter(({ kind }) => kind === "falseAlarm");
  const waysOut = here.filter(
    ({ kind }) => kind === "rollback" || kind === "override" || kind === "retry",
  );
  return isUndecided(view) ? [...waysOut, ...labels] : labels;
}

function toldPart(told: readonly Mention[]): readonly Part[] {
  if (told.length === 0) return [];
  const shown = atMost(TOLD_SHOWN, told, mention, (left) => md`and ${left} more`);
  return [
    {
      name: "told",
      title: null,
      rank: 80,
      forms: [sections([md`*Told:* ${join(shown, " ")}`])],
    },
  ];
}

function decidedPart(promotion: Promotion): readonly Part[] {
  const texts = decisionTexts(promotion, PEOPLE_SHOWN);
  if (texts.length === 0) return [];
  const forms = [contexts([md`*${promotion.environment}* ${join(texts, "; ")}`])];
  return [{ name: "decisions", title: "decisions", rank: 70, forms }];
}
