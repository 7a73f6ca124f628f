import {
  type ComponentState,
  emptyComponent,
  emptyGlobal,
  type GlobalState,
} from "./core/component.ts";
import type { Policy } from "./core/policy.ts";
import type { StateReader } from "./effects/state-reader.ts";
import { componentStream, GLOBAL_STREAM, type Ledger, Unavailable } from "./ledger/ledger.ts";
import { AdapterError } from "./shared/errors.ts";

/** The present state and policy, for drawing and measuring. */
export function createStateReader(
  ledger: Pick<Ledger, "load" | "archivedRelease" | "archivedReleases">,
  policy: () => Policy,
): StateReader {
  const component = async (name: string): Promise<ComponentState> => {
    const { state } = await retryable(ledger.load(componentStream(name)));
    return (state as ComponentState | null) ?? emptyComponent(name);
  };
  return {
    policy,
    component,
    global: async () => {
      const { state } = await retryable(ledger.load(GLOBAL_STREAM));
      return (state as GlobalState | null) ?? emptyGlobal();
    },
    release: async (name, id) => {
      const state = await component(name);
      const archived = () => retryable(ledger.archivedRelease(componentStream(name), id));
      return state.releases[id] ?? (await archived());
    },
    archived: (name, page) => retryable(ledger.archivedReleases(componentStream(name), page)),
  };
}

/** A store that cannot be read now is no reason to give up a job. */
async function retryable<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    throw new AdapterError(`the ledger: ${error.message}`, { retryable: true, cause: error });
  }
}
