import type { Instant } from "../json.ts";
import type { MeasuredCheck } from "../measured.ts";
import type { WatchCheck } from "../watch-policy.ts";
import type { WatchWindow } from "./watch-window.ts";

/** What one check is judged by. */
export interface AssessRequest {
  readonly check: WatchCheck;
  /** The release's queries as they were sent. */
  readonly query: string;
  /** A page for people that shows them; null: there is none. */
  readonly url: string | null;
  readonly measured: MeasuredCheck;
  readonly window: WatchWindow;
  readonly now: Instant;
}
