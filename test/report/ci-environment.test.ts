import { describe, expect, it } from "vitest";
import { CI_VARIABLES, detectCi, type Environment } from "../../src/report/ci-environment.ts";

const SHA = "3484a3fb816e0859fd6e1cea078d76385ff50625";

const GITHUB: Environment = {
  CI: "true",
  GITHUB_ACTIONS: "true",
  GITHUB_REPOSITORY: "acme/pymk",
  GITHUB_SHA: SHA,
  GITHUB_REF_NAME: "main",
  GITHUB_REF_TYPE: "branch",
  GITHUB_ACTOR: "dana-acme",
  GITHUB_RUN_ID: "30433642",
  GITHUB_RUN_ATTEMPT: "2",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_EVENT_NAME: "push",
};
const GITLAB: Environment = {
  CI: "true",
  GITLAB_CI: "true",
  CI_PROJECT_PATH: "acme/ml/pymk",
  CI_COMMIT_SHA: SHA,
  CI_COMMIT_BRANCH: "main",
  CI_COMMIT_AUTHOR: "Dana Doe <dana@acme.test>",
  CI_PIPELINE_ID: "1201",
  CI_PIPELINE_URL: "https://gitlab.example/acme/ml/pymk/-/pipelines/1201",
  CI_PIPELINE_SOURCE: "schedule",
};
const CIRCLE: Environment = {
  CI: "true",
  CIRCLECI: "true",
  CIRCLE_PROJECT_USERNAME: "acme",
  CIRCLE_PROJECT_REPONAME: "pymk",
  CIRCLE_SHA1: SHA,
  CIRCLE_BRANCH: "main",
  CIRCLE_WORKFLOW_ID: "5c9f6b1e",
  CIRCLE_BUILD_URL: "https://circleci.com/gh/acme/pymk/17",
};

function run(env: Environment) {
  const detected = detectCi(env);
  if (detected.kind !== "ci") throw new Error(detected.kind);
  return detected.run;
}

describe("what a CI system says of itself", () => {
  it("is read on GitHub Actions", () => {
    expect(run(GITHUB)).toEqual({
      system: "GitHub Actions",
      repository: "acme/pymk",
      commit: SHA,
      branch: "main",
      author: "dana-acme",
      runId: "30433642",
      runAttempt: 2,
      url: "https://github.com/acme/pymk/actions/runs/30433642",
      trigger: "code",
    });
  });

  it("is read on GitLab CI", () => {
    expect(run(GITLAB)).toEqual({
      system: "GitLab CI",
      repository: "acme/ml/pymk",
      commit: SHA,
      branch: "main",
      author: "dana@acme.test",
      runId: "1201",
      runAttempt: null,
      url: "https://gitlab.example/acme/ml/pymk/-/pipelines/1201",
      trigger: "schedule",
    });
  });

  it("is read on CircleCI", () => {
    expect(run(CIRCLE)).toEqual({
      system: "CircleCI",
      repository: "acme/pymk",
      commit: SHA,
      branch: "main",
      author: null,
      runId: "5c9f6b1e",
      runAttempt: null,
      url: "https://circleci.com/gh/acme/pymk/17",
      trigger: null,
    });
  });

  const doubtful: readonly (readonly [string, Environment, object])[] = [
    [
      "the commit of a pull request on GitHub is a merge nobody made",
      { ...GITHUB, GITHUB_EVENT_NAME: "pull_request", GITHUB_REF_NAME: "7/merge" },
      { commit: null, branch: null, author: null, trigger: null },
    ],
    [
      "a tag on GitHub is no branch",
      { ...GITHUB, GITHUB_REF_NAME: "v1", GITHUB_REF_TYPE: "tag" },
      { commit: SHA, branch: null },
    ],
    [
      "the actor of a schedule on GitHub is not the author",
      { ...GITHUB, GITHUB_EVENT_NAME: "schedule" },
      { author: null, trigger: "schedule" },
    ],
    [
      "whoever starts a run on GitHub by hand is",
      { ...GITHUB, GITHUB_EVENT_NAME: "workflow_dispatch" },
      { author: "dana-acme", trigger: "manual" },
    ],
    [
      "an attempt that is no number is none",
      { ...GITHUB, GITHUB_RUN_ATTEMPT: "x" },
      { runAttempt: null },
    ],
    ["without the server there is no page", { ...GITHUB, GITHUB_SERVER_URL: "" }, { url: null }],
    [
      "the commit of a merge request on GitLab may be in no branch",
      { ...GITLAB, CI_PIPELINE_SOURCE: "merge_request_event" },
      { commit: null, branch: null, author: null, trigger: null },
    ],
    [
      "an author on GitLab without an address is none",
      { ...GITLAB, CI_COMMIT_AUTHOR: "Dana" },
      { author: null },
    ],
    [
      "the commit of a fork's pull request on CircleCI is not the project's",
      { ...CIRCLE, CIRCLE_PR_NUMBER: "7" },
      { commit: null, branch: null },
    ],
  ];
  for (const [name, env, expected] of doubtful) {
    it(name, () => expect(run(env)).toMatchObject(expected));
  }

  it("is nothing outside of CI, even where CI is set", () => {
    expect(detectCi({ CI: "true", CI_COMMIT_SHA: SHA, GITHUB_SHA: SHA })).toEqual({ kind: "none" });
  });

  it("is not believed where two of them do", () => {
    expect(detectCi({ ...GITHUB, ...CIRCLE })).toEqual({
      kind: "several",
      systems: ["GitHub Actions", "CircleCI"],
    });
  });

  it("is read from the variables that are listed, and from no others", () => {
    for (const [system, env] of [
      ["GitHub Actions", GITHUB],
      ["GitLab CI", GITLAB],
      ["CircleCI", CIRCLE],
    ] as const) {
      const read = new Set<string>();
      const watched = new Proxy(env, {
        get(target, name) {
          read.add(String(name));
          return target[String(name)];
        },
      });
      detectCi(watched);
      const markers = Object.values(CI_VARIABLES).map(([marker]) => marker);
      expect([...read].sort()).toEqual([...new Set([...CI_VARIABLES[system], ...markers])].sort());
    }
  });
});
