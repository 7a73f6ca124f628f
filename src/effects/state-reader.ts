import type { ComponentState, GlobalState } from "../core/component.ts";
import type { Policy } from "../core/policy.ts";
import type { Release } from "../core/release.ts";
import type { ReleaseId } from "../core/release-id.ts";

/** What drawing and measuring read: the present state and the present policy. Changes nothing. */
export interface StateReader {
  policy(): Policy;
  /** The empty state for a component of which nothing is recorded. */
  component(name: string): Promise<ComponentState>;
  global(): Promise<GlobalState>;
  /** An open or archived release; null when there is none. */
  release(component: string, release: ReleaseId): Promise<Release | null>;
  /** Archived releases, newest first, after the one named `before`. */
  archived(
    component: string,
    page: { readonly before: ReleaseId | null; readonly limit: number },
  ): Promise<readonly Release[]>;
}
