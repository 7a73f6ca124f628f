import type { Build } from "../core/build.ts";
import { environmentState, findRelease } from "../core/component.ts";
import type { ReleaseId } from "../core/release-id.ts";
import type { ReleaseView } from "./view.ts";

/** What a release is compared with. */
export interface Champion {
  readonly id: ReleaseId;
  readonly build: Build;
}

/**
 * The release that was live where users are when this one was judged; null: nothing was, or its evidence
 * is not at hand.
 */
export function championOf({ policy, state, release }: ReleaseView): Champion | null {
  const last = policy?.environments.at(-1)?.name;
  const id =
    last === undefined ? null : (release.gates[last]?.live ?? environmentState(state, last).live);
  const champion = id === release.id ? undefined : findRelease(state, id);
  return champion === undefined ? null : { id: champion.id, build: champion.build };
}
