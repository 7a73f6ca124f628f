import type { Principal } from "../core/actor.ts";
import { type ComponentPolicy, environmentPolicy } from "../core/policy.ts";

/**
 * Who is told of an incident in an environment: the component's owners, and whoever may approve or roll
 * back there. Each once; nobody where nothing is configured.
 */
export function principalsToTell(
  policy: ComponentPolicy,
  environment: string,
): readonly Principal[] {
  const configured = environmentPolicy(policy, environment);
  return [
    ...new Set([
      ...policy.owners,
      ...(configured?.approval ?? []).flatMap(({ from }) => from),
      ...(configured?.rollbackFrom ?? []),
    ]),
  ];
}
