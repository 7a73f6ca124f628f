import type { ComponentState } from "./component.ts";
import type { Instant } from "./json.ts";
import type { MessageKey, Release } from "./release.ts";

/** Where a release is shown, where that is not simply a card of its own. */
export type CardPlace =
  /** On a message that was first posted under this name, at the earliest then; it was another release's. */
  | { readonly kind: "shown"; readonly name: string; readonly since: Instant }
  /** On no card any more: a newer release has taken this one over. */
  | { readonly kind: "moved"; readonly name: string }
  /** It never had one. */
  | { readonly kind: "withheld" };

/**
 * What a message of a release is called, in Slack and among the jobs. A card keeps its name when another
 * release takes it over, so that there is one job for it and it is found again where it was posted.
 */
export function messageName(release: Release, key: MessageKey): string {
  const { id, card } = release;
  return key === "card" && card?.kind === "shown" ? card.name : id;
}

/** It has certainly not been posted before this. */
export function messageSince(release: Release, key: MessageKey): Instant {
  const { registeredAt, card } = release;
  return key === "card" && card?.kind === "shown" ? card.since : registeredAt;
}

/** False: it has no card, and nothing is said in a thread of its own. */
export function hasCard({ card }: Release): boolean {
  return card === undefined || card.kind === "shown";
}

/** The release that shows a message now, which was posted for this one; undefined: none of those at hand. */
export function showing(
  state: ComponentState,
  release: Release,
  key: MessageKey,
): Release | undefined {
  const { card } = release;
  if (key !== "card" || card?.kind !== "moved") return release;
  return Object.values(state.releases).find(
    (other) => other.card?.kind === "shown" && other.card.name === card.name,
  );
}

/** The card of one release becomes that of another. */
export function moveCard(from: Release, to: Release): readonly [Release, Release] {
  const name = messageName(from, "card");
  const { card: message, ...messages } = from.messages;
  return [
    { ...from, messages, card: { kind: "moved", name } },
    {
      ...to,
      messages: message === undefined ? to.messages : { ...to.messages, card: message },
      card: { kind: "shown", name, since: messageSince(from, "card") },
    },
  ];
}

/** A release that had no card is to be shown again: on a new one, which has this name. */
export function withCard(release: Release, name: string, since: Instant): Release {
  return hasCard(release) ? release : { ...release, card: { kind: "shown", name, since } };
}
