import type { GlobalCommand } from "./command.ts";
import type { GlobalState } from "./component.ts";
import { frozenSentence, refuseFreezing, refuseLifting } from "./decide/brake.ts";
import type { Context, Decision } from "./decision.ts";
import type { GlobalEvent } from "./event.ts";
import { type Refusal, refusal } from "./refusal.ts";

/** What the first digest sums up. */
const A_DAY = 24 * 60 * 60 * 1000;

/** What belongs to no component: freezes over everything, and the digest, live in a stream of their own. */
export function decideGlobal(
  state: GlobalState,
  command: GlobalCommand,
  context: Context,
): Decision<GlobalEvent> {
  switch (command.type) {
    case "RequestDigest":
      return accept({
        type: "DigestRequested",
        channel: context.policy.slack.channel,
        since: state.digest ?? command.time - A_DAY,
        time: command.time,
      });
    case "FreezeEverything": {
      const forbidden = refuseFreezing(context, command);
      if (forbidden !== null) return refuse(forbidden);
      const { reason, until } = command;
      const sentence = frozenSentence("everything", context, command);
      return accept({ type: "FreezePlaced", reason: reason.trim(), until }, sentence);
    }
    case "UnfreezeEverything": {
      const present = state.freeze;
      if (present === null || present.until <= context.now) {
        return refuse(refusal("not_frozen", "nobody has frozen everything"));
      }
      const forbidden = refuseLifting(context, null, command, present.by, present.reason);
      return forbidden === null
        ? accept({ type: "FreezeLifted" }, "nothing is frozen as a whole any more")
        : refuse(forbidden);
    }
  }
}

function accept(event: GlobalEvent, sentence: string | null = null): Decision<GlobalEvent> {
  return { events: [event], refusal: null, sentence, release: null };
}

function refuse(why: Refusal): Decision<GlobalEvent> {
  return { events: [], refusal: why, sentence: null, release: null };
}
