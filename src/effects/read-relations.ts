import type { ComponentState } from "../core/component.ts";
import { type Relations, relatedTo, relationsOf } from "../core/need.ts";
import type { StateReader } from "./state-reader.ts";

/** What a release needs of other components, and who needs it, as they are recorded now. */
export async function readRelations(
  state: Pick<StateReader, "policy" | "component">,
  about: { readonly component: string; readonly version: string },
): Promise<Relations> {
  const policy = state.policy();
  const names = relatedTo(policy, about.component);
  const others = await Promise.all(
    names.map(
      async (name): Promise<[string, ComponentState]> => [name, await state.component(name)],
    ),
  );
  return relationsOf(policy, about, Object.fromEntries(others));
}
