import { header, plainText, sections } from "./blocks/block.ts";
import { compose } from "./blocks/compose.ts";
import { headlineOf } from "./headline/release-headline.ts";
import { DETAILS_MODAL } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import type { Modal } from "./message.ts";
import {
  checksPart,
  judgementParts,
  metricParts,
  newsParts,
  promotionsPart,
} from "./parts/details-part.ts";
import { environmentPart } from "./parts/environment-part.ts";
import { lineagePart } from "./parts/lineage-part.ts";
import { subject } from "./subject.ts";
import { md } from "./text/mrkdwn.ts";
import { plain } from "./text/plain.ts";
import type { ReleaseView } from "./view.ts";

/** Shown until what a release is known by has been looked up: the click that opens it does not wait. */
export function drawDetailsLoading(): Modal {
  return {
    type: "modal",
    callback_id: DETAILS_MODAL,
    private_metadata: "",
    title: plainText(plain`Release details`, LIMITS.modal.title),
    close: plainText(plain`Close`, LIMITS.modal.title),
    blocks: sections([md`Looking it up…`]),
  };
}

/** Everything that is known of a release, for the one who opens it: all gates, numbers, data and decisions. */
export function drawDetails(view: ReleaseView): Modal {
  const { state, release } = view;
  const { symbol, news, lines } = headlineOf(view);
  const about = subject(state.component, release.version);
  return {
    type: "modal",
    callback_id: DETAILS_MODAL,
    private_metadata: "",
    title: plainText(plain`Release details`, LIMITS.modal.title),
    close: plainText(plain`Close`, LIMITS.modal.title),
    blocks: compose(LIMITS.modal, [
      {
        name: "title",
        title: null,
        rank: 100,
        forms: [[header(plain`${{ plain: symbol }} ${about}: ${news}`), ...sections(lines)]],
      },
      ...promotionsPart(view),
      ...judgementParts(state.component, release),
      ...checksPart(release.build),
      ...newsParts(view),
      ...environmentPart(view),
      { ...lineagePart(release), rank: 85 },
      ...metricParts(release.build),
    ]),
  };
}
