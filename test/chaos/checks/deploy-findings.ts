import type { RecordedEvent } from "../../../src/ledger/ledger.ts";
import { byComponent, isOf } from "../rules/history.ts";
import { lastSuccessful, runsOther } from "../rules/what-runs.ts";
import type { ChaosDeploySystem, Effect } from "../world/deploy-system.ts";
import type { Finding } from "./finding.ts";

/** What the deployment systems saw, against what the ledger says was asked for. */
export function deployFindings(
  systems: Readonly<Record<string, ChaosDeploySystem>>,
  events: readonly RecordedEvent[],
): readonly Finding[] {
  const wanted = operationsOf(events);
  // A verification deploys nothing.
  const deployed = Object.values(systems)
    .flatMap((system) => system.effects())
    .filter(({ isDone, key }) => isDone && !key.startsWith("verify:"));
  const runs: Finding = {
    rule: "what runs is what the ledger says was deployed last",
    lookedAt: lastSuccessful(events).size,
    violations: runsOther(events, deployed),
  };
  const ofEach = Object.entries(systems).flatMap(([name, system]): readonly Finding[] => {
    const effects = system.effects();
    return [
      {
        rule: `no key took effect twice (${name})`,
        lookedAt: effects.length,
        violations: twice(effects),
      },
      {
        rule: `nothing took effect that nobody asked for (${name})`,
        lookedAt: effects.length,
        violations: [
          ...system.contradictions(),
          ...effects.flatMap((one) => unwanted(one, wanted)),
        ],
      },
    ];
  });
  return [...ofEach, runs];
}

function twice(effects: readonly Effect[]): readonly string[] {
  const times = new Map<string, number[]>();
  for (const { key, at } of effects) times.set(key, [...(times.get(key) ?? []), at]);
  return [...times]
    .filter(([, all]) => all.length > 1)
    .map(([key, all]) => `${key} took effect ${all.length} times: ${all.map(clock).join(", ")}`);
}

function clock(at: number): string {
  return new Date(at).toISOString();
}

/** By key: the version that was to run, and where. */
function operationsOf(
  events: readonly RecordedEvent[],
): ReadonlyMap<string, { readonly version: string; readonly environment: string }> {
  const wanted = new Map<string, { version: string; environment: string }>();
  const targets = new Map<string, string>();
  const versionOf = (release: string) => release.slice(release.indexOf("@") + 1);
  for (const happened of [...byComponent(events).values()].flat()) {
    if (isOf(happened, "DeployStarted", "VerificationStarted")) {
      const [release = "", environment = ""] = happened.event.promotion.split("/");
      wanted.set(happened.event.key, { version: versionOf(release), environment });
    }
    if (isOf(happened, "RollbackStarted")) {
      const { rollback, to, environment } = happened.event;
      targets.set(rollback, to);
      wanted.set(rollback, { version: versionOf(to), environment });
    }
    if (isOf(happened, "RollbackRetried")) {
      const { rollback, key, environment } = happened.event;
      wanted.set(key, { version: versionOf(targets.get(rollback) ?? ""), environment });
    }
  }
  return wanted;
}

function unwanted(
  { key, version, environment }: Effect,
  wanted: ReturnType<typeof operationsOf>,
): readonly string[] {
  const asked = wanted.get(key);
  if (asked === undefined) return [`${key} took effect, and the ledger knows nothing of it`];
  return asked.version === version && asked.environment === environment
    ? []
    : [
        `${key} deployed ${version} to ${environment}; asked for: ${asked.version} to ${asked.environment}`,
      ];
}
