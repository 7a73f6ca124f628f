import type { CheckAssessment } from "../verdict.ts";
import { assessAlerts } from "./assess-alerts.ts";
import { assessDrift } from "./assess-drift.ts";
import { assessPatterns } from "./assess-patterns.ts";
import { assessPoints } from "./assess-points.ts";
import type { AssessRequest } from "./assess-request.ts";
import type { Finding } from "./finding.ts";

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
