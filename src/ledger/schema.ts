/**
 * The shape of what is recorded: events, states and jobs. Raise it by one when any of them gets a member, a
 * kind or a meaning that the version before does not know. Whatever is written carries the number of its
 * writer, and nobody writes over what carries a higher one than their own: they would drop what they do not
 * know.
 */
export const SCHEMA = 1;

/** What carries no number was written before there were any. */
export const FIRST_SCHEMA = 1;

/** The sentence for what carries a higher number than this program's. */
export function newerThanKnown(what: string, found: number, known: number): string {
  return (
    `${what} was written by a newer version of Slipway (schema ${found}, and this one knows ${known}): ` +
    "start the newer version in place of this one. Nothing was changed"
  );
}
