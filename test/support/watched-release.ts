import type { LabelMatch } from "../../src/core/alert.ts";
import type { Dispatch } from "../../src/core/outcome.ts";
import type { ComponentPolicy } from "../../src/core/policy.ts";
import type { AlertRule } from "../../src/core/watch-policy.ts";
import { anEnvironment, aWatch, MINUTE } from "./policies.ts";
import { aBuild } from "./story.ts";

/** Labels whose values are the same for every release. */
export function labelMatch(labels: Readonly<Record<string, string>>): LabelMatch {
  return Object.fromEntries(
    Object.entries(labels).map(([label, source]) => [
      label,
      { source, fixed: true, valueFor: () => source },
    ]),
  );
}

/** A component that deploys by itself to production, and is watched there for half a day. */
export function watchedFor(
  alerts: readonly AlertRule[],
): Pick<ComponentPolicy, "environments" | "gates"> {
  const watch = aWatch({ for: 720 * MINUTE, alerts });
  return { environments: [anEnvironment("production", { watch })], gates: [] };
}

/** Its first release is deployed to production, and under watch from now on. */
export async function bringUnderWatch(dispatch: Dispatch, component: string): Promise<void> {
  await dispatch({ type: "RegisterBuild", component, build: aBuild() }, ["build-1"]);
  const key = `deploy:${component}@1:production:1`;
  const report = { kind: "succeeded", detail: null } as const;
  await dispatch({ type: "ReportOperation", component, key, report }, ["deployed-1"]);
}
