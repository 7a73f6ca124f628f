import { type Guarded, keptFor, nextNumber, openIncident } from "../after-watch.ts";
import { environmentState, findRelease } from "../component.ts";
import type { Draft } from "../draft.ts";
import type { EnvironmentPolicy } from "../policy.ts";
import type { Incident } from "../promotion.ts";
import { unfinished } from "../rollback.ts";
import type { CheckAssessment } from "../verdict.ts";
import type { GuardPolicy } from "../watch-policy.ts";
import { asking, rollBackByItself } from "./automatic-rollback.ts";
import { actionFor, breachIn, type Failing, incidentOf, isWorse } from "./breach.ts";

/** What a guard has found, by a look of its own or from an alert. */
export interface LiveBreach {
  readonly promotion: Guarded;
  readonly place: EnvironmentPolicy;
  readonly policy: GuardPolicy;
  readonly failing: Failing;
  /** The verdicts that have changed. */
  readonly news: readonly CheckAssessment[];
}

/** What is live fails: once for an incident, with all that keeps a rollback from being one too many. */
export function breachLive(draft: Draft, found: LiveBreach): void {
  const { promotion, place, policy, failing } = found;
  const action = actionFor(policy.on.failure, failing);
  if (isAnswered(found, action)) return;
  const incident: Incident = {
    ...incidentOf(draft, failing, action),
    phase: "guard",
    number: nextNumber(promotion),
  };
  const brake = action === "rollback" ? whyNotByItself(draft, promotion) : null;
  if (action !== "rollback" || brake !== null) {
    const told = brake === null ? incident : asking(incident, brake);
    draft.emit({ type: "WatchBreached", promotion: promotion.id, incident: told });
    return;
  }
  const [last = null] = environmentState(draft.state(), promotion.environment).good;
  const target = findRelease(draft.state(), last);
  rollBackByItself(draft, { promotion, incident, place, target });
}

/** People were told of it, or have decided about it, and nothing has got worse since. */
function isAnswered({ promotion, failing, news }: LiveBreach, action: Incident["action"]): boolean {
  const isNew = news.some(({ verdict }) => verdict === "failure");
  const open = openIncident(promotion) === null ? null : breachIn(promotion);
  if (open === null) return keptFor(promotion) !== null && !isNew;
  if (open.phase !== "guard") return !isNew;
  return !isWorse(open, failing, action);
}

/** Why people have to decide although the policy says to roll back; null: nothing is in the way. */
function whyNotByItself(draft: Draft, promotion: Guarded): string | null {
  const { environment, release } = promotion;
  const state = draft.state();
  if (environmentState(state, environment).rolledBack) {
    return `${environment} is at ${release} because of a rollback`;
  }
  const other = unfinished(state, promotion);
  return other === null ? null : `${other} is on its way there, or came to an unknown end`;
}
