import type { Decision } from "../decision.ts";
import type { Draft } from "../draft.ts";
import { isSameBuild, withKnownCommit } from "../merge-build.ts";
import { joinReport, type Reported } from "./join-reports.ts";
import { registerBuild } from "./register-build.ts";

/** A report of a build: a release of its own, or one of several that make one. */
export function reportBuild(draft: Draft, reported: Reported): Decision {
  const { component, policy } = draft;
  const { build, earlier } = reported;
  if (policy !== undefined && policy.join !== null) {
    return joinReport(draft, policy.join, reported);
  }
  return registerBuild(draft, {
    component,
    build,
    isWholeFor: (known) => earlier !== null && isSameBuild(known, withKnownCommit(earlier, known)),
  });
}
