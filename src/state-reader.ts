import {
  type ComponentState,
  emptyComponent,
  emptyGlobal,
  type GlobalState,
} from "./core/component.ts";
import type { Policy } from "./core/policy.ts";
import type { StateReader } from "./effects/state-reader.ts";
import { componentStream, GLOBAL_STREAM, type Ledger } from "./ledger/ledger.ts";

/** The present state and policy, for drawing and measuring. */
export function createStateReader(ledger: Ledger, policy: () => Policy): StateReader {
  const component = async (name: string): Promise<ComponentState> => {
    const { state } = await ledger.load(componentStream(name));
    return (state as ComponentState | null) ?? emptyComponent(name);
  };
  return {
    policy,
    component,
    global: async () => {
      const { state } = await ledger.load(GLOBAL_STREAM);
      return (state as GlobalState | null) ?? emptyGlobal();
    },
    release: async (name, id) => {
      const state = await component(name);
      return state.releases[id] ?? (await ledger.archivedRelease(componentStream(name), id));
    },
    archived: (name, page) => ledger.archivedReleases(componentStream(name), page),
  };
}
