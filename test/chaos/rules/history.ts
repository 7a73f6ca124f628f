import type { Actor } from "../../../src/core/actor.ts";
import type { ComponentEvent } from "../../../src/core/event.ts";
import { GLOBAL_STREAM, type RecordedEvent } from "../../../src/ledger/ledger.ts";

/** An event of one component's stream. */
export interface Happened<E extends ComponentEvent = ComponentEvent> {
  readonly position: number;
  readonly version: number;
  readonly stream: string;
  readonly at: number;
  readonly by: Actor;
  readonly event: E;
}

type Kind = ComponentEvent["type"];
export type HappenedOf<T extends Kind> = Happened<Extract<ComponentEvent, { readonly type: T }>>;

/** The events of each component, in their order. */
export function byComponent(
  events: readonly RecordedEvent[],
): ReadonlyMap<string, readonly Happened[]> {
  const streams = new Map<string, Happened[]>();
  for (const event of events) {
    if (event.stream === GLOBAL_STREAM) continue;
    const known = streams.get(event.stream) ?? [];
    known.push(event as Happened);
    streams.set(event.stream, known);
  }
  return streams;
}

export function isOf<T extends Kind>(
  happened: Happened,
  ...types: readonly T[]
): happened is HappenedOf<T> {
  return (types as readonly string[]).includes(happened.event.type);
}

/** Of one decision: they were committed at one instant, by one actor, one behind the other. */
export function decisionOf(history: readonly Happened[], index: number): readonly Happened[] {
  const own = history[index];
  if (own === undefined) return [];
  const isSame = (other: Happened | undefined) =>
    other !== undefined &&
    other.at === own.at &&
    JSON.stringify(other.by) === JSON.stringify(own.by);
  let first = index;
  let last = index;
  while (isSame(history[first - 1])) first -= 1;
  while (isSame(history[last + 1])) last += 1;
  return history.slice(first, last + 1);
}

/** Where it stands in the ledger, for a sentence. */
export function place({ stream, version }: Happened): string {
  return `${stream} #${version}`;
}

/** `<release>/<environment>/<attempt>`. */
export function environmentOf(promotion: string): string {
  return promotion.split("/").at(-2) ?? "";
}

export function releaseOf(promotion: string): string {
  return promotion.split("/").slice(0, -2).join("/");
}
