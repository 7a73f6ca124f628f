import type { Directory } from "../core/actor.ts";
import type { ComponentState, Freeze } from "../core/component.ts";
import type { Instant } from "../core/json.ts";
import type { Offer } from "../core/offer.ts";
import type { ComponentPolicy } from "../core/policy.ts";
import type { Release } from "../core/release.ts";

/** All that the card of one release is drawn from. */
export interface ReleaseView {
  readonly state: ComponentState;
  readonly release: Release;
  /** null: the component is no longer configured. */
  readonly policy: ComponentPolicy | null;
  /** The people behind the policy's principals, and behind the author of the change. */
  readonly directory: Directory;
  /** People who never count: the author. */
  readonly excluded: readonly string[];
  /** What may be done now: becomes the buttons. */
  readonly offers: readonly Offer[];
  /** A freeze over everything, or null. */
  readonly freeze: Freeze | null;
  readonly now: Instant;
}
