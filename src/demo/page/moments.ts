const TIME = new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-US", { weekday: "long", month: "long", day: "numeric" });

/** Milliseconds since the Unix epoch at which a message was written, of its `ts`. */
export function momentOf(ts: string): number {
  return Math.floor(Number(ts)) * 1000;
}

/** `6:31 PM`, in the time zone of this machine. */
export function timeOf(ts: string): string {
  return TIME.format(momentOf(ts));
}

/** `Today`, or `Sunday, November 22`. */
export function dayOf(ts: string, now: number): string {
  const day = DAY.format(momentOf(ts));
  return day === DAY.format(now) ? "Today" : day;
}

const SHORT_DATE = new Intl.DateTimeFormat("en-US", {
  month: "short",
  day: "numeric",
  year: "numeric",
});

/**
 * A date as Slack shows it where a text says `<!date^seconds^format|fallback>`; the fallback where the
 * format holds a token that no card uses.
 * https://docs.slack.dev/messaging/formatting-message-text#date-formatting
 */
export function slackDate(
  date: { readonly timestamp: string; readonly format: string; readonly fallback: string },
  now: number,
): string {
  const { timestamp, format, fallback } = date;
  const day = SHORT_DATE.format(momentOf(timestamp));
  const shown = format
    .replaceAll("{date_short_pretty}", day === SHORT_DATE.format(now) ? "today" : day)
    .replaceAll("{date_short}", day)
    .replaceAll("{time}", timeOf(timestamp));
  return shown.includes("{") ? fallback : shown;
}
