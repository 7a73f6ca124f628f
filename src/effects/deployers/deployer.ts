import type { OperationInput } from "../../core/job.ts";
import type { Milliseconds } from "../../core/json.ts";

/** What a deployment system says of one operation. */
export type Observation =
  | { readonly kind: "running"; readonly detail: string }
  | { readonly kind: "succeeded"; readonly detail: string | null }
  | { readonly kind: "failed"; readonly why: string }
  /** It answered, and its answer does not say: looked at again until the deployer's time-out. */
  | { readonly kind: "unknown"; readonly why: string };

export interface Started {
  /** What the system calls this operation; passed to `observe` and `stop`. */
  readonly handle: string;
  /** A page for people, or null. */
  readonly url: string | null;
}

/**
 * Drives one deployment system that a team already has.
 * Every method takes an AbortSignal and gives up when it fires.
 * @throws AdapterError, which says whether trying again can help
 */
export interface Deployer {
  readonly name: string;
  /** How often to look at a running operation. */
  readonly every: Milliseconds;
  /** After this long without an end, the outcome is unknown. */
  readonly timeout: Milliseconds;
  /** `start` returns only when the operation has ended: it is aborted once nobody wants it any more. */
  readonly endsInStart: boolean;

  /**
   * Starts an operation. Idempotent per `input.key`: with `retried` it looks up by that key first, and
   * sends only if the system shows that it has not been sent. Never sends twice in one call.
   */
  start(input: OperationInput, retried: boolean, signal: AbortSignal): Promise<Started>;

  /** Reads the state of an operation. Safe to call at any time, any number of times. */
  observe(input: OperationInput, handle: string, signal: AbortSignal): Promise<Observation>;

  /** Asks a running operation to stop. Idempotent; an operation that has ended is left alone. */
  stop(input: OperationInput, handle: string, signal: AbortSignal): Promise<void>;
}
