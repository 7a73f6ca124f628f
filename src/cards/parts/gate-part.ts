import type { ComponentState } from "../../core/component.ts";
import type { Release } from "../../core/release.ts";
import type { ReleaseId } from "../../core/release-id.ts";
import { sections } from "../blocks/block.ts";
import type { Part } from "../blocks/compose.ts";
import { championOf } from "../champion.ts";
import { focusOf, isOpen } from "../headline/focus.ts";
import type { Headline } from "../headline/headline.ts";
import { version } from "../subject.ts";
import { type Mrkdwn, md } from "../text/mrkdwn.ts";
import type { ReleaseView } from "../view.ts";
import { blockedGates, gateLine, shownNumbers, verdictCounts, worstFirst } from "./gate-lines.ts";

/** How many gates a card shows: all that most components have; the rest is behind Details. */
const SHOWN_GATES = [8, 5, 3, 0];
const NUMBERS_SHOWN = 1;

/** The evidence of the card: every gate with its number, its limit and what is live. */
export function gatePart(view: ReleaseView, headline: Headline): readonly Part[] {
  const environment = judgedPlace(view, headline);
  if (environment === null) return [];
  return [
    {
      name: "gates",
      title: null,
      rank: 80,
      forms: SHOWN_GATES.map((count) => sections(gateLines(view, environment, count))),
    },
  ];
}

/**
 * The subjects of the numbers that stand on the card beside their gates, as far as they are compared with
 * the same release as the rest of the evidence.
 */
export function shownByGates(view: ReleaseView, headline: Headline): readonly string[] {
  const environment = judgedPlace(view, headline);
  const judgement = environment === null ? undefined : view.release.gates[environment];
  if (judgement === undefined || judgement.live !== (championOf(view)?.id ?? null)) return [];
  return worstFirst(judgement.results)
    .slice(0, SHOWN_GATES[0])
    .flatMap((result) => shownNumbers(result, NUMBERS_SHOWN))
    .map(({ subject }) => subject);
}

/** Where the news is; once nothing goes on there, where it may go next, or is kept from going. */
function judgedPlace({ policy, release, offers }: ReleaseView, headline: Headline): string | null {
  const focus = focusOf(release);
  if (focus !== null && isOpen(focus)) return headline.environment;
  const blocked = policy?.environments.find(({ name }) => blockedGates(release, name).length > 0);
  const offered = offers.find(({ kind }) => kind === "promote");
  return blocked?.name ?? offered?.environment ?? headline.environment;
}

function gateLines(
  { state, release }: ReleaseView,
  environment: string,
  count: number,
): readonly Mrkdwn[] {
  const judgement = release.gates[environment];
  const title = md`*Gates for ${environment}*`;
  if (judgement === undefined) return [md`${title} · not judged yet`];
  const { results, live } = judgement;
  if (results.length === 0) return [md`${title} · none are configured`];
  const ordered = worstFirst(results);
  const left = ordered.slice(count);
  return [
    md`${title} · ${verdictCounts(results)} · ${comparedWith(state, release, live)}`,
    ...ordered.slice(0, count).map((result) => gateLine(result, NUMBERS_SHOWN)),
    ...(left.length === 0
      ? []
      : [md`and ${left.length} more, see Details: ${verdictCounts(left)}`]),
  ];
}

/** The champion, in words. */
function comparedWith(state: ComponentState, release: Release, live: ReleaseId | null): Mrkdwn {
  if (live === null) return md`nothing is live there to compare with`;
  return live === release.id
    ? md`this release is live there`
    : md`compared with ${version(state.component, live)}, live there`;
}
