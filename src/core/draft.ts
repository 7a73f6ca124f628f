import type { ComponentState } from "./component.ts";
import { type Context, componentPolicy, type Decision } from "./decision.ts";
import type { ComponentEvent } from "./event.ts";
import { evolve } from "./evolve.ts";
import type { ComponentPolicy } from "./policy.ts";
import type { Refusal } from "./refusal.ts";
import type { ReleaseId } from "./release-id.ts";

/**
 * A decision in the making: events are appended, and the state is what they have made of it so far, so
 * that what follows from the first event can be decided on the state after it. Nothing outside sees it
 * before it is finished.
 */
export interface Draft {
  readonly context: Context;
  readonly component: string;
  /** undefined: the component is not, or no longer, configured. */
  readonly policy: ComponentPolicy | undefined;
  state(): ComponentState;
  emit(event: ComponentEvent): void;
  events(): readonly ComponentEvent[];
}

export function openDraft(initial: ComponentState, context: Context): Draft {
  let state = initial;
  const events: ComponentEvent[] = [];
  return {
    context,
    component: initial.component,
    policy: componentPolicy(context, initial.component),
    state: () => state,
    emit: (event) => {
      events.push(event);
      state = evolve(state, { at: context.now, by: context.by, event });
    },
    events: () => events,
  };
}

export function accepted(
  draft: Draft,
  about: { readonly release?: ReleaseId; readonly sentence?: string } = {},
): Decision {
  return {
    events: draft.events(),
    refusal: null,
    sentence: about.sentence ?? null,
    release: about.release ?? null,
  };
}

/** What the draft found out on the way is kept; see `Decision`. */
export function refused(draft: Draft, why: Refusal, release: ReleaseId | null = null): Decision {
  return { events: draft.events(), refusal: why, sentence: null, release };
}
