import type { RecordedEvent } from "../../../src/ledger/ledger.ts";
import { byComponent, environmentOf, type Happened, isOf, place, releaseOf } from "./history.ts";

/** When a build was made: the later of two, or of two at once the one that was heard of later. */
type Age = readonly [builtAt: number, sequence: number];

/** Rule 7: an older build never replaces a newer one unless a person asked for it. */
export function olderOverNewer(events: readonly RecordedEvent[]): readonly string[] {
  return [...byComponent(events).values()].flatMap(inOne);
}

function inOne(history: readonly Happened[]): readonly string[] {
  const ages = new Map<string, Age>();
  const registered = new Map<string, number>();
  const serving = new Map<string, string>();
  const asked = new Set<string>();
  const targets = new Map<string, string>();
  const violations: string[] = [];

  for (const happened of history) {
    if (isOf(happened, "ReleaseRegistered", "EvidenceRevised")) {
      const { release, build } = happened.event;
      const heardOf = registered.get(release) ?? happened.at;
      registered.set(release, heardOf);
      const known = ages.get(release);
      const sequence = isOf(happened, "ReleaseRegistered")
        ? happened.event.sequence
        : (known?.[1] ?? 0);
      const builtAt = Math.min(build.finishedAt ?? build.startedAt ?? heardOf, heardOf);
      ages.set(release, [Math.max(builtAt, known?.[0] ?? builtAt), sequence]);
    }
    if (isOf(happened, "PromotionRequested")) {
      const { promotion, byName } = happened.event;
      if (byName || happened.by.kind === "person") asked.add(promotion);
    }
    if (isOf(happened, "DeployStarted")) {
      const { promotion } = happened.event;
      const present = serving.get(environmentOf(promotion));
      const release = releaseOf(promotion);
      if (!asked.has(promotion) && present !== undefined && isOlder(ages, release, present)) {
        violations.push(`${place(happened)}: ${promotion} replaces ${present}, which is newer`);
      }
    }
    if (isOf(happened, "DeploySucceeded")) {
      const { promotion } = happened.event;
      serving.set(environmentOf(promotion), releaseOf(promotion));
    }
    if (isOf(happened, "RollbackStarted")) targets.set(happened.event.rollback, happened.event.to);
    if (isOf(happened, "RolledBack")) {
      const to = targets.get(happened.event.rollback);
      if (to !== undefined) serving.set(happened.event.environment, to);
    }
  }
  return violations;
}

function isOlder(ages: ReadonlyMap<string, Age>, release: string, present: string): boolean {
  const [built, sequence] = ages.get(release) ?? [0, 0];
  const [presentBuilt, presentSequence] = ages.get(present) ?? [0, 0];
  return built === presentBuilt ? sequence < presentSequence : built < presentBuilt;
}
