import type { Policy } from "../../src/core/policy.ts";
import { MINUTE } from "./policies.ts";
import { LEA, SAM, type Story, storyTwoLive } from "./story.ts";

/** Releases 1 and 2 were live one after the other, 2 is and has been guarded for an hour. */
export function storyGuardedBy(policy: Policy): Story {
  const told = storyTwoLive({ policy });
  told.wait(60 * MINUTE);
  return told;
}

/** Brings another one into production, up to its deployment. */
export function deployNext(told: Story, version: string): void {
  told.wait(MINUTE);
  told.build(version);
  told.deployer("staging", { kind: "succeeded", detail: null });
  told.approve(LEA, version);
  told.approve(SAM, version);
}
