import { header, plainText, sections } from "./blocks/block.ts";
import { compose, fingerprint } from "./blocks/compose.ts";
import { composePages } from "./blocks/pages.ts";
import { headlineOf } from "./headline/release-headline.ts";
import { type ButtonValue, DETAILS_MODAL, type DetailsPosition, printPosition } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import type { Block, Message, ReadModal } from "./message.ts";
import { checksPart, judgementParts, newsParts, promotionsPart } from "./parts/details-part.ts";
import { environmentPart } from "./parts/environment-part.ts";
import { gapPart, lineagePart } from "./parts/lineage-part.ts";
import { comparedOn, IN_DETAILS, metricParts } from "./parts/metric-part.ts";
import { abovePage, belowPage, type PlaceAmong } from "./parts/page-part.ts";
import { relationPart } from "./parts/relation-part.ts";
import { subject } from "./subject.ts";
import { md } from "./text/mrkdwn.ts";
import { plain } from "./text/plain.ts";
import type { ReleaseView } from "./view.ts";

/** The page that somebody asks for, and what they have seen. */
export type AskedPage = Pick<DetailsPosition, "page" | "seen">;

const FIRST: AskedPage = { page: 1, seen: null };

/**
 * Everything that is known of a release, for the one who opens it: all gates, numbers, data and decisions. What
 * has no room on the first page stands on others.
 * @param asked a page that is not there any more is the nearest that is
 */
export function drawDetails(view: ReleaseView, asked: AskedPage = FIRST): ReadModal {
  const { component } = view.state;
  const { version } = view.release;
  const pages = pagesOf(view);
  const seen = fingerprint(JSON.stringify(pages));
  const page = Math.min(Math.max(1, asked.page), pages.length);
  const position = printPosition({ component, version, page, seen });
  const place: PlaceAmong = {
    page,
    pages: pages.length,
    about: subject(component, version),
    hasChanged: asked.seen !== null && asked.seen !== seen,
    canTurn: position.length <= LIMITS.modal.metadata,
  };
  const shown = pages.slice(page - 1, page).flat();
  return detailsModal(
    [...abovePage(place), ...shown, ...belowPage(place)],
    pages.length > 1 && place.canTurn ? position : "",
  );
}

function pagesOf(view: ReleaseView): readonly (readonly Block[])[] {
  const { state, release } = view;
  const { symbol, news, lines } = headlineOf(view);
  const about = subject(state.component, release.version);
  return composePages(LIMITS.modal, [
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
export function drawPendingDetails({ component, version }: ButtonValue): ReadModal {
  const pending = sections([md`Looking up *${component} ${version}* …`]);
  const part = { name: "pending", title: null, rank: 1, forms: [pending] };
  return detailsModal(compose(LIMITS.modal, [part]), "");
}

/** What is said in the place of details that there are not. */
export function drawNoDetails({ blocks }: Pick<Message, "blocks">): ReadModal {
  return detailsModal(blocks, "");
}

function detailsModal(blocks: readonly Block[], position: string): ReadModal {
  return {
    type: "modal",
    callback_id: DETAILS_MODAL,
    private_metadata: position,
    title: plainText(plain`Release details`, LIMITS.modal.title),
    close: plainText(plain`Close`, LIMITS.modal.title),
    blocks,
  };
}
