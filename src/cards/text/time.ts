import type { Instant } from "../../core/json.ts";
import type { Mrkdwn } from "./mrkdwn.ts";

/** The last instant that a date can hold (ECMA-262, 21.4.1.1). */
const LAST = 8.64e15;

/** A point in time: Slack shows it in the reader's time zone, other readers see UTC. */
export function time(at: Instant): Mrkdwn {
  if (!isInstant(at)) return { mrkdwn: "an unknown time" };
  const seconds = Math.floor(at / 1000);
  return { mrkdwn: `<!date^${seconds}^{date_short_pretty} at {time}|${utc(at)}>` };
}

/** `14:02:30`, in UTC: for tables. */
export function clockTime(at: Instant): string {
  return isInstant(at) ? new Date(at).toISOString().slice(11, 19) : "unknown ";
}

function utc(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** False for what no date can hold, and before 1970, where Slack knows no dates. */
function isInstant(at: Instant): boolean {
  return Number.isFinite(at) && at >= 0 && at <= LAST;
}
