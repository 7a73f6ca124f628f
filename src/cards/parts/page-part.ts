import { actions, type Button, contexts, header } from "../blocks/block.ts";
import { allIdentified } from "../blocks/compose.ts";
import { MOST_PAGES } from "../blocks/pages.ts";
import { PAGE_BUTTONS } from "../ids.ts";
import type { Block } from "../message.ts";
import { code, md } from "../text/mrkdwn.ts";
import { countText } from "../text/number.ts";
import { type Plain, plain } from "../text/plain.ts";

/** Where a page stands among those of the details. */
export interface PlaceAmong {
  /** From 1. */
  readonly page: number;
  readonly pages: number;
  /** The release. */
  readonly about: Plain;
  /** The release is not as it was when the page before was drawn. */
  readonly hasChanged: boolean;
  /** Slack keeps for us where it is. */
  readonly canTurn: boolean;
}

/** What stands above a page: the first has a title of its own. */
export function abovePage({ page, pages, about, hasChanged }: PlaceAmong): readonly Block[] {
  const title = page === 1 ? [] : [header(plain`${about}: page ${page} of ${pages}`)];
  const changed = hasChanged
    ? contexts([md`⚠️ The release has changed since you looked at it: this is how it stands now.`])
    : [];
  return allIdentified("above", [...title, ...changed]);
}

/** The way to the other pages; nothing where there are none. */
export function belowPage({ page, pages, canTurn }: PlaceAmong): readonly Block[] {
  if (pages === 1) return [];
  const place = `Page ${countText(page)} of ${countText(pages)}`;
  if (!canTurn) {
    const why = md`${place}: these names are too long for Slack to keep the place in, so that the others cannot be opened.`;
    return allIdentified("below", contexts([why]));
  }
  const what =
    page === 1
      ? md`${place}. The next pages have all of what is cut here.`
      : page === MOST_PAGES
        ? md`${place}. There may be more, which ${code("slipway audit export")} has.`
        : md`${place}`;
  const buttons = [...(page > 1 ? [EARLIER] : []), ...(page < pages ? [NEXT] : [])];
  return allIdentified("below", [...contexts([what]), actions(buttons)]);
}

const EARLIER: Button = {
  actionId: PAGE_BUTTONS.earlier,
  label: plain`Earlier`,
  value: "earlier",
  style: null,
  accessibilityLabel: plain`The page before this one`,
};

const NEXT: Button = {
  actionId: PAGE_BUTTONS.next,
  label: plain`Next`,
  value: "next",
  style: null,
  accessibilityLabel: plain`The page after this one`,
};
