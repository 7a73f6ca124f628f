import type { Actor } from "./actor.ts";
import type { ComponentState } from "./component.ts";
import type { Context } from "./decision.ts";
import type { ComponentEvent } from "./event.ts";
import type { Instant } from "./json.ts";
import type { ComponentPolicy } from "./policy.ts";
import type { SinkPolicy } from "./sink-policy.ts";

/** What one decision changed: its events, all of one instant and cause, and the states around them. */
export interface Change {
  readonly at: Instant;
  readonly by: Actor;
  readonly events: readonly ComponentEvent[];
  readonly before: ComponentState;
  readonly after: ComponentState;
  readonly policy: ComponentPolicy | undefined;
  /** Other systems that are told what happens. */
  readonly sinks: readonly SinkPolicy[];
  /** The components that this one needs, and those that need it. */
  readonly others: Context["others"];
}
