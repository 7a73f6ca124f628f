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
