import { hash } from "node:crypto";
import { SLIPWAY } from "./core/actor.ts";
import { relatedTo } from "./core/need.ts";
import { releaseId } from "./core/release-id.ts";
import { type SimulationRequest, type SimulationResult, simulate } from "./core/simulate.ts";
import type { StateReader } from "./effects/state-reader.ts";

/** A dry run on what is recorded now: reads, and changes nothing. `now`: what time it is taken to be. */
export async function simulateOn(
  state: StateReader,
  request: SimulationRequest & { readonly component: string; readonly now: number },
): Promise<SimulationResult> {
  const { component, build, now } = request;
  const policy = state.policy();
  const [own, global, others] = await Promise.all([
    state.component(component),
    state.global(),
    Promise.all(
      relatedTo(policy, component).map(
        async (name) => [name, await state.component(name)] as const,
      ),
    ),
  ]);
  const id = build === null ? null : releaseId(component, build.version);
  const archived =
    id === null || own.releases[id] !== undefined ? null : await state.release(component, id);
  return simulate(own, request, {
    now,
    by: SLIPWAY,
    policy,
    global,
    others: Object.fromEntries(others),
    archived: archived === null ? {} : { [archived.id]: archived },
    sha256: (text) => hash("sha256", text, "hex"),
  });
}
