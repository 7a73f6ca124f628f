import { isWaiting } from "../core/promotion.ts";
import { compose } from "./blocks/compose.ts";
import { focusOf } from "./headline/focus.ts";
import { headlineParts, headlineText } from "./headline/headline-part.ts";
import { headlineOf } from "./headline/release-headline.ts";
import { LIMITS } from "./limits.ts";
import type { Message } from "./message.ts";
import { buttonPart } from "./parts/buttons.ts";
import { changeParts } from "./parts/change-part.ts";
import { decisionPart } from "./parts/decision-part.ts";
import { environmentPart } from "./parts/environment-part.ts";
import { gatePart, shownByGates } from "./parts/gate-part.ts";
import { gapPart, lineagePart } from "./parts/lineage-part.ts";
import { comparedOn, metricParts, ON_CARD } from "./parts/metric-part.ts";
import { relationPart } from "./parts/relation-part.ts";
import { runsIn, subject } from "./subject.ts";
import type { ReleaseView } from "./view.ts";

/**
 * The one message of a release: what happened, what is asked, the evidence, the buttons, and below them
 * where it comes from and who decided. Drawn from the state alone, so drawing it twice gives the same.
 */
export function drawReleaseCard(view: ReleaseView): Message {
  const { state, release, offers } = view;
  const headline = headlineOf(view);
  const about = subject(state.component, release.version);
  const closed = isClosed(view);
  const asked = isEvidenceAsked(view);
  const evidence = closed
    ? []
    : [
        ...gatePart(view, headline),
        // Once it has been decided, the numbers are for those who look into it.
        ...(asked ? metricParts(comparedOn(view), ON_CARD, shownByGates(view, headline)) : []),
        ...changeParts(view),
        ...gapPart(view, "card"),
      ];
  const environments = closed
    ? []
    : [...environmentPart(view), ...relationPart(view.relations, "card")];
  const buttons = buttonPart({
    component: state.component,
    release,
    offers,
    environment: headline.environment,
    details: true,
  });
  return {
    text: headlineText(about, headline),
    blocks: compose(LIMITS.message, [
      ...headlineParts(about, headline),
      ...(asked
        ? [...evidence, buttons, ...environments]
        : [...environments, buttons, ...evidence]),
      lineagePart(release),
      ...decisionPart(release),
    ]),
  };
}

/** While it is to be decided whether it goes on, the evidence comes first; else what goes on does. */
function isEvidenceAsked({ release, offers }: ReleaseView): boolean {
  const focus = focusOf(release);
  return focus === null || isWaiting(focus) || offers.some(({ kind }) => kind === "promote");
}

/** Nothing is to be decided about it any more and nobody runs it: its card becomes short. */
function isClosed({ state, release, offers }: ReleaseView): boolean {
  return (
    release.status.kind !== "candidate" &&
    offers.length === 0 &&
    Object.keys(state.environments).every((environment) => !runsIn(state, release, environment))
  );
}
