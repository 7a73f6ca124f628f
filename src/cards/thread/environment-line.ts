import type { Actor } from "../../core/actor.ts";
import { environmentState } from "../../core/component.ts";
import type { EnvironmentEvent, FreezeEvent } from "../../core/event.ts";
import { SHOWN } from "../limits.ts";
import { version } from "../subject.ts";
import { actor } from "../text/mention.ts";
import { EMPTY, line, link, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { time } from "../text/time.ts";
import type { ThreadView } from "../view.ts";

/** null: the card says it already, or it is nothing to people. */
export function environmentEventLine(
  event: EnvironmentEvent,
  by: Actor,
  view: ThreadView,
): Mrkdwn | null {
  const { component } = view.state;
  switch (event.type) {
    case "RollbackProgressed":
      return null;
    case "RollbackStarted": {
      const who = event.trigger === "automatic" ? md`Slipway itself` : actor(by);
      return md`↩️ Rolling back *${event.environment}* to ${version(component, event.to)}, by ${who}: ${line(event.reason, SHOWN.reason)}`;
    }
    case "RollbackAccepted":
      return event.url === null ? null : md`🔗 Run: ${link(event.url, event.handle)}`;
    case "RolledBack":
      return md`↩️ Rolled back: *${event.environment}* ${returnedTo(view, event.environment)}.`;
    case "RollbackFailed":
      return md`🚨 Rollback failed in *${event.environment}*: ${line(event.why, SHOWN.reason)}`;
    case "RollbackRetried":
      return md`↩️ Rolling back *${event.environment}* once more, by ${actor(by)}.`;
    case "RollbackImpossible":
      return md`🚨 Not rolled back: *${event.environment}* has nothing to return to: ${line(event.why, SHOWN.reason)}`;
    case "HoldPlaced":
      return md`🔒 Held${place(event.environment)} by ${actor(by)}: ${line(event.reason, SHOWN.reason)}`;
    case "HoldLifted":
      return md`🔓 Hold lifted${place(event.environment)} by ${actor(by)}.`;
  }
}

export function freezeLine(event: FreezeEvent, by: Actor): Mrkdwn {
  switch (event.type) {
    case "FreezePlaced":
      return md`❄️ Frozen until ${time(event.until)} by ${actor(by)}: ${line(event.reason, SHOWN.reason)}`;
    case "FreezeLifted":
      return md`🔓 Freeze lifted by ${actor(by)}.`;
  }
}

function returnedTo({ state }: ThreadView, environment: string): Mrkdwn {
  const { live } = environmentState(state, environment);
  return live === null ? md`is back` : md`runs ${version(state.component, live)} again`;
}

function place(environment: string | null): Mrkdwn {
  return environment === null ? EMPTY : md` in *${environment}*`;
}
