import { describe, expect, it } from "vitest";
import { load, problemsOf, smallestWith } from "../support/configurations.ts";

const GITHUB = `github: { type: github, secret: "\${GITHUB_WEBHOOK_SECRET}", repositories: ["acme/*"] }`;

/** The smallest configuration, with two sources, these rules and this way to join their reports. */
function joining(intake: string, join: string): string {
  return smallestWith("intake: [{ source: ci }]", `intake: [${intake}]`, `join: ${join}`).replace(
    "  ci: {",
    `  ${GITHUB}\n  ci: {`,
  );
}

const BOTH = "{ source: ci, part: training }, { source: github, event: registry_package }";

describe("reports that are joined", () => {
  it("wait for half an hour where nothing else is said, and parts are named by rule or source", () => {
    const { policy } = load(joining(BOTH, "{ by: commit, parts: [github, training] }"));
    expect(policy.components["svc-feed"]).toMatchObject({
      join: { by: "commit", wait: 30 * 60_000, parts: ["github", "training"] },
      intake: [{ part: "training" }, { part: null }],
    });
  });

  it.each([
    [
      "a part that no rule is",
      BOTH,
      "{ by: commit, parts: [github, trainin, training] }",
      'slipway.yml:11:41 components.svc-feed.join.parts[1]: no rule of intake is the part "trainin" (did you mean "training"?); there is training, github',
    ],
    [
      "a rule that is no part",
      `${BOTH}, { source: ci }`,
      "{ by: commit, parts: [github, training] }",
      'slipway.yml:10:91 components.svc-feed.intake[2]: its part "ci" is not in join.parts; add it there, or name another part',
    ],
    [
      "a part that is there twice",
      BOTH,
      "{ by: commit, parts: [github, training, github] }",
      "slipway.yml:11:32 components.svc-feed.join.parts: names a part twice",
    ],
    [
      "one part only",
      "{ source: ci }",
      "{ by: commit, parts: [ci] }",
      "slipway.yml:11:32 components.svc-feed.join.parts: must name at least two parts; leave join out where one report is enough",
    ],
    [
      "a digest that a system never sends",
      "{ source: ci }, { source: github, workflow: .github/workflows/train.yml }",
      "{ by: digest, parts: [ci, github] }",
      "slipway.yml:10:30 components.svc-feed.intake[1]: events of github name no digest, so they cannot be joined by digest; join by commit or version",
    ],
    [
      "something that reports do not have in common",
      BOTH,
      "{ by: branch, parts: [github, training] }",
      "slipway.yml:11:17 components.svc-feed.join.by: must be commit or digest or version",
    ],
  ])("cannot have %s", (_what, intake, join, problem) => {
    expect(problemsOf(joining(intake, join))).toEqual([problem]);
  });

  it.each([
    [
      "events of packages have a digest",
      "{ source: ci }, { source: github, event: registry_package }",
    ],
    ["so may events of any kind", "{ source: ci }, { source: github }"],
  ])("by digest are possible where %s", (_what, intake) => {
    expect(problemsOf(joining(intake, "{ by: digest, parts: [ci, github] }"))).toEqual([]);
  });

  it("are checked as far as they are written", () => {
    const problems = problemsOf(joining("{ source: none }", "{ by: digest, parts: none }"));
    expect(problems).toHaveLength(2);
  });
});
