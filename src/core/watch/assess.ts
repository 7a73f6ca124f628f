import type { Instant } from "../json.ts";
import type { MeasuredCheck } from "../measured.ts";
import type { CheckAssessment } from "../verdict.ts";
import type { WatchCheck } from "../watch-policy.ts";
import { assessAlerts } from "./assess-alerts.ts";
import { assessDrift } from "./assess-drift.ts";
import { assessPatterns } from "./assess-patterns.ts";
import { assessPoints } from "./assess-points.ts";
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

/**
 * The verdict on one check: a pure function of what its source answered for the window, so that a restart,
 * a second replica or a late scrape changes nothing. Until the window has ended and nothing has tripped it
 * is `pending`. Unknown is never a success: an outage is an error, and what is incomplete, too little or
 * not there is inconclusive.
 */
export function assess(request: AssessRequest): CheckAssessment {
  const { check, query, url } = request;
  return {
    check: check.name,
    query,
    ...(url === null ? {} : { url }),
    ...judged(request),
  };
}

/** What the kinds of measures find out; the rest of an assessment is known before. */
export type Finding = Omit<CheckAssessment, "check" | "query" | "url">;

function judged(request: AssessRequest): Finding {
  const { measure } = request.check;
  switch (measure.kind) {
    case "value":
    case "ratio":
    case "count":
    case "histogram":
      return assessPoints(request, measure);
    case "drift":
      return assessDrift(request, measure);
    case "patterns":
      return assessPatterns(request, measure);
    case "alerts":
      return assessAlerts(request);
  }
}
