import type { RecordedEvent } from "../../../src/ledger/ledger.ts";
import type { IsGuarded } from "./guards.ts";
import { byComponent, environmentOf, type Happened, isOf, releaseOf } from "./history.ts";

/**
 * When all is quiet nothing is live and guarded that is bad, unless people were told of it since it was
 * guarded last, or one of them kept it.
 */
export function badAndUntold(
  events: readonly RecordedEvent[],
  isGuarded: IsGuarded,
  isBad: (release: string) => boolean,
): readonly string[] {
  return [...byComponent(events)].flatMap(([stream, history]) => {
    const component = stream.slice(stream.indexOf("/") + 1);
    return [...liveIn(history)].flatMap(([environment, { release, since }]) => {
      if (!isGuarded(component, environment, since) || !isBad(release)) return [];
      const isTold = isToldOf(history, environment, release);
      return isTold ? [] : [`${release} is live in ${environment}, bad, and nobody was told`];
    });
  });
}

interface Live {
  readonly release: string;
  readonly since: number;
}

/** By environment. */
function liveIn(history: readonly Happened[]): ReadonlyMap<string, Live> {
  const goals = new Map<string, string>();
  const live = new Map<string, Live>();
  for (const happened of history) {
    if (isOf(happened, "RollbackStarted")) goals.set(happened.event.rollback, happened.event.to);
    if (isOf(happened, "PromotionCompleted")) {
      const { promotion } = happened.event;
      live.set(environmentOf(promotion), { release: releaseOf(promotion), since: happened.at });
    }
    if (isOf(happened, "RolledBack")) {
      const { environment, rollback } = happened.event;
      live.set(environment, { release: goals.get(rollback) ?? "", since: happened.at });
    }
  }
  return live;
}

function isToldOf(history: readonly Happened[], environment: string, release: string): boolean {
  const own = history.filter(
    ({ event }) =>
      "promotion" in event &&
      event.promotion !== null &&
      releaseOf(event.promotion) === release &&
      environmentOf(event.promotion) === environment,
  );
  const guarded = own.findLastIndex((one) => isOf(one, "GuardStarted"));
  const isKept = own.some((one) => isOf(one, "WatchOverridden"));
  const isBroken = own.some(
    (one, index) =>
      index > guarded && isOf(one, "WatchBreached") && one.event.incident.phase === "guard",
  );
  return isKept || isBroken;
}
