import type { RecordedEvent } from "../../../src/ledger/ledger.ts";
import { byComponent, environmentOf, type Happened, isOf, place, releaseOf } from "./history.ts";

/** Whether what becomes live in an environment of a component at that time is to be guarded. */
export type IsGuarded = (component: string, environment: string, at: number) => boolean;

/** Who takes the traffic of one environment, as far as the ledger knows. */
interface Past {
  serving: string | null;
  live: string | null;
  isRollingBack: boolean;
  /** Promotions that are guarded. */
  readonly guarded: Set<string>;
  /** Something has just become live: a guard of it is due. */
  isNew: boolean;
}

/**
 * What is live and takes the traffic is guarded from the decision on that made it so, nothing else is, and
 * never two in one environment.
 */
export function misplacedGuards(
  events: readonly RecordedEvent[],
  isGuarded: IsGuarded,
): readonly string[] {
  return [...byComponent(events)].flatMap(([stream, history]) => {
    const component = stream.slice(stream.indexOf("/") + 1);
    return inOne(history, (environment, at) => isGuarded(component, environment, at));
  });
}

function inOne(
  history: readonly Happened[],
  isGuarded: (environment: string, at: number) => boolean,
): readonly string[] {
  const pasts = new Map<string, Past>();
  const goals = new Map<string, string>();
  const violations: string[] = [];
  for (const [index, happened] of history.entries()) {
    follow(happened, pasts, goals);
    const next = history[index + 1];
    if (next?.at === happened.at) continue;
    for (const [environment, past] of pasts) {
      const found = whatIsWrong(past, isGuarded(environment, happened.at));
      violations.push(...found.map((why) => `${place(happened)}: in ${environment} ${why}`));
      past.isNew = false;
    }
  }
  return violations;
}

/** `goals`: where each rollback goes. */
function follow(happened: Happened, pasts: Map<string, Past>, goals: Map<string, string>): void {
  if (isOf(happened, "DeploySucceeded")) {
    const { promotion } = happened.event;
    pastOf(pasts, environmentOf(promotion)).serving = releaseOf(promotion);
  }
  if (isOf(happened, "PromotionCompleted")) {
    const { promotion } = happened.event;
    const past = pastOf(pasts, environmentOf(promotion));
    past.live = releaseOf(promotion);
    past.isNew = true;
  }
  if (isOf(happened, "RollbackStarted")) goals.set(happened.event.rollback, happened.event.to);
  if (isOf(happened, "RollbackStarted", "RollbackRetried", "RollbackFailed")) {
    const { type, environment } = happened.event;
    pastOf(pasts, environment).isRollingBack = type !== "RollbackFailed";
  }
  if (isOf(happened, "RolledBack")) {
    const { environment, rollback } = happened.event;
    const past = pastOf(pasts, environment);
    past.live = goals.get(rollback) ?? null;
    past.serving = past.live;
    past.isRollingBack = false;
    past.isNew = true;
  }
  if (isOf(happened, "GuardStarted", "GuardEnded")) {
    const { type, promotion } = happened.event;
    const { guarded } = pastOf(pasts, environmentOf(promotion));
    if (type === "GuardStarted") guarded.add(promotion);
    else guarded.delete(promotion);
  }
}

function pastOf(pasts: Map<string, Past>, environment: string): Past {
  const known = pasts.get(environment) ?? {
    serving: null,
    live: null,
    isRollingBack: false,
    guarded: new Set(),
    isNew: false,
  };
  pasts.set(environment, known);
  return known;
}

function whatIsWrong(
  { serving, live, isRollingBack, guarded, isNew }: Past,
  isDue: boolean,
): readonly string[] {
  const wrong: string[] = [];
  if (guarded.size > 1) wrong.push(`${[...guarded].join(" and ")} are guarded at once`);
  for (const promotion of guarded) {
    const release = releaseOf(promotion);
    if (release !== live) wrong.push(`${promotion} is guarded, and ${live} is live`);
    else if (release !== serving) wrong.push(`${promotion} is guarded, and ${serving} serves`);
    else if (isRollingBack) wrong.push(`${promotion} is guarded while it is rolled back`);
  }
  const takesTraffic = live !== null && live === serving && !isRollingBack;
  if (isNew && isDue && takesTraffic && guarded.size === 0) wrong.push(`nothing guards ${live}`);
  return wrong;
}
