import { header, plainText, sections } from "./blocks/block.ts";
import { compose, type Part } from "./blocks/compose.ts";
import { headlineOf } from "./headline/release-headline.ts";
import { type ButtonValue, DETAILS_MODAL } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import type { Modal } from "./message.ts";
import { checksPart, judgementParts, newsParts, promotionsPart } from "./parts/details-part.ts";
import { environmentPart } from "./parts/environment-part.ts";
import { gapPart, lineagePart } from "./parts/lineage-part.ts";
import { comparedOn, IN_DETAILS, metricParts } from "./parts/metric-part.ts";
import { relationPart } from "./parts/relation-part.ts";
import { subject } from "./subject.ts";
import { md } from "./text/mrkdwn.ts";
import { plain } from "./text/plain.ts";
import type { ReleaseView } from "./view.ts";

/** Everything that is known of a release, for the one who opens it: all gates, numbers, data and decisions. */
export function drawDetails(view: ReleaseView): Modal {
  const { state, release } = view;
  const { symbol, news, lines } = headlineOf(view);
  const about = subject(state.component, release.version);
  return detailsModal([
    {
      name: "title",
      title: null,
      rank: 100,
      forms: [[header(plain`${{ plain: symbol }} ${about}: ${news}`), ...sections(lines)]],
    },
    ...promotionsPart(view),
    ...judgementParts(state.component, release),
    ...metricParts(comparedOn(view), IN_DETAILS),
    ...checksPart(release.build),
    ...newsParts(view),
    ...environmentPart(view),
    ...relationPart(view.relations, "details"),
    { ...lineagePart(release), rank: 85 },
    ...gapPart(view, "details"),
  ]);
}

/** What is shown until the details have been looked up: a click waits three seconds for its modal. */
export function drawPendingDetails({ component, version }: ButtonValue): Modal {
  const pending = sections([md`Looking up *${component} ${version}* …`]);
  return detailsModal([{ name: "pending", title: null, rank: 1, forms: [pending] }]);
}

function detailsModal(parts: readonly Part[]): Modal {
  return {
    type: "modal",
    callback_id: DETAILS_MODAL,
    private_metadata: "",
    title: plainText(plain`Release details`, LIMITS.modal.title),
    close: plainText(plain`Close`, LIMITS.modal.title),
    blocks: compose(LIMITS.modal, parts),
  };
}
