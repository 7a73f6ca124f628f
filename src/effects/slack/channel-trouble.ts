import type { Milliseconds } from "../../core/json.ts";
import type { Policy } from "../../core/policy.ts";
import type { Clock } from "../../shared/clock.ts";
import { SlackCallError } from "./slack-call-error.ts";

/** Messages of a component cannot be written where they belong. */
export interface ChannelTrouble {
  /** As it is configured. */
  readonly channel: string;
  readonly component: string;
  /** The channel is wrong, or the app's token and scopes are. */
  readonly kind: "channel" | "credentials";
  /** Slack's error code. */
  readonly code: string;
  /** One sentence: what is wrong, and what to do. */
  readonly sentence: string;
}

/** Where handlers say what keeps them from writing. Both may be called again and again. */
export interface TroubleReport {
  raise(trouble: ChannelTrouble): void;
  /** A message of this component was written: whatever was wrong is not any more. */
  clear(component: string): void;
}

/** The channel that a component's messages belong to, as it is configured. */
export function channelOf(policy: Policy, component: string): string {
  return policy.components[component]?.channel ?? policy.slack.channel;
}

/** The trouble behind an error of Slack that somebody must mend; null for every other error. */
export function troubleOf(
  error: unknown,
  place: { readonly channel: string; readonly component: string },
): ChannelTrouble | null {
  if (!(error instanceof SlackCallError)) return null;
  if (error.kind !== "channel" && error.kind !== "credentials") return null;
  return {
    ...place,
    kind: error.kind,
    code: error.code,
    sentence: `Messages of ${place.component} cannot be written to #${place.channel.replace(/^#/, "")}: ${error.message}`,
  };
}

/**
 * A trouble that nobody has met again for this long is over: another replica may have written the message
 * since. What goes on is met at least every few minutes.
 */
const LISTED_FOR: Milliseconds = 30 * 60_000;

/** Present troubles, one a component: for /readyz, and for telling people once. */
export class Troubles implements TroubleReport {
  readonly #present = new Map<string, ChannelTrouble & { readonly metAt: number }>();
  readonly #onNew: (trouble: ChannelTrouble) => void;
  readonly #clock: Clock;

  /** `onNew` is called once for each trouble, until it is cleared or becomes one of another kind. */
  constructor(onNew: (trouble: ChannelTrouble) => void, clock: Clock) {
    this.#onNew = onNew;
    this.#clock = clock;
  }

  raise(trouble: ChannelTrouble): void {
    const known = this.#present.get(trouble.component);
    this.#present.set(trouble.component, { ...trouble, metAt: this.#clock.monotonic() });
    if (known?.kind !== trouble.kind || known.channel !== trouble.channel) this.#onNew(trouble);
  }

  clear(component: string): void {
    this.#present.delete(component);
  }

  list(): readonly ChannelTrouble[] {
    const since = this.#clock.monotonic() - LISTED_FOR;
    return [...this.#present.values()].flatMap(({ metAt, ...trouble }) =>
      metAt > since ? [trouble] : [],
    );
  }
}
