import type { Milliseconds } from "../json.ts";
import type { Episode, Truth } from "./episode.ts";

/** So long after its watch a rollback still says how the release was in it. */
const GUARD_TIME: Milliseconds = 24 * 60 * 60_000;

/** What is known of an episode besides what it is: null where its confirmation was never awaited. */
export type Confirmed = "awaited" | "confirmed" | "dropped" | null;

/**
 * Whether a release was good in its watch, as far as the ledger can tell. The first of these that holds:
 *
 * 1. Its confirmation failed: bad.
 * 2. A person labelled the breach a false alarm: healthy, also where it was rolled back for it.
 * 3. It was rolled back, in its watch or within a day of the end of it, by itself or by a person: bad.
 *    Later than that the rollback says nothing about the watch: unknown.
 * 4. A person kept it although its watch had not passed: healthy.
 * 5. It passed: healthy; but unknown while its confirmation is awaited, where that was dropped, and where a
 *    guard has found a breach of which nobody has said anything.
 * 6. Anything else: unknown. Nobody has decided.
 */
export function truthOf(
  { outcome, falseAlarm, breach, from, until }: Omit<Episode, "truth">,
  confirmed: Confirmed,
): Truth {
  if (outcome.kind === "revoked") return bad(`its confirmation failed: ${outcome.why}`);
  if (falseAlarm !== null) {
    return healthy(`${falseAlarm.by.name} called it a false alarm: ${falseAlarm.reason}`);
  }
  switch (outcome.kind) {
    case "rolled-back": {
      const who = outcome.trigger === "automatic" ? "automatically" : `by ${outcome.by.name}`;
      const what = `it was rolled back ${who}: ${outcome.reason}`;
      return outcome.at <= (until ?? from) + GUARD_TIME
        ? bad(what)
        : unknown(`${what}; that was more than a day after its watch`);
    }
    case "overridden":
      return healthy(`${outcome.by.name} kept it`);
    case "passed":
      if (confirmed === "awaited") return unknown("it passed, and its confirmation is awaited");
      if (confirmed === "dropped") return unknown("it passed, and was never confirmed");
      if (breach !== null && confirmed === null) {
        return unknown("it passed, a check failed later, and nobody has said what that was");
      }
      return healthy(confirmed === null ? "it passed" : "it passed, and was confirmed");
    case "watching":
      return unknown("it is being watched");
    case "ended":
      return unknown(outcome.why);
  }
}

function healthy(why: string): Truth {
  return { kind: "healthy", why };
}

function bad(why: string): Truth {
  return { kind: "bad", why };
}

function unknown(why: string): Truth {
  return { kind: "unknown", why };
}
