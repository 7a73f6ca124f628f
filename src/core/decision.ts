import type { Actor } from "./actor.ts";
import type { ComponentState, GlobalState } from "./component.ts";
import type { ComponentEvent, GlobalEvent } from "./event.ts";
import type { Instant } from "./json.ts";
import type { ComponentPolicy, Policy } from "./policy.ts";
import type { Refusal } from "./refusal.ts";
import type { Release } from "./release.ts";
import type { ReleaseId } from "./release-id.ts";

/** Everything a decision may look at besides the component's own state. */
export interface Context {
  readonly now: Instant;
  /** Who is recorded as the cause. */
  readonly by: Actor;
  readonly policy: Policy;
  readonly global: GlobalState;
  /** The other components that this one needs, and those that need it. */
  readonly others: Readonly<Record<string, ComponentState>>;
  /** Releases that the command names and that had been archived, by id. */
  readonly archived: Readonly<Record<ReleaseId, Release>>;
  /** SHA-256 of a text, as 64 lower-case hexadecimal digits. */
  sha256(text: string): string;
}

/**
 * What a command comes to. `events` may be non-empty beside a refusal: a click on an outdated card is
 * refused, and what it found outdated is recorded.
 */
export interface Decision<E extends ComponentEvent | GlobalEvent = ComponentEvent> {
  readonly events: readonly E[];
  readonly refusal: Refusal | null;
  /** What the person is told when it was accepted; null: the card says enough. */
  readonly sentence: string | null;
  /** The release the command was about, where there is one. */
  readonly release: ReleaseId | null;
  /** Present where it says nothing that was not known, although something of it is kept: when it was said. */
  readonly isKnown?: true;
}

export function componentPolicy(context: Context, component: string): ComponentPolicy | undefined {
  return context.policy.components[component];
}
