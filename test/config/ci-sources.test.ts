import { describe, expect, it } from "vitest";
import { load, problemsOf, REPORT_SECRET, smallestWith } from "../support/configurations.ts";

const TOKEN = "a-token-of-sixteen";
const LINE = `ci: { type: report, secret: "$${"{SLIPWAY_REPORT_SECRET}"}" }`;

function source(settings: string) {
  return load(smallestWith(LINE, `ci: { ${settings} }`)).sources.ci;
}

function problems(settings: string) {
  return problemsOf(smallestWith(LINE, `ci: { ${settings} }`));
}

describe("the sources of CI systems", () => {
  it("have a signing token, a token, or both, where the system has both", () => {
    const repositories = 'repositories: ["acme/**"]';
    expect(
      source(`type: gitlab, secret: "${REPORT_SECRET}", token: ${TOKEN}, ${repositories}`),
    ).toEqual({
      id: "ci",
      type: "gitlab",
      secrets: [REPORT_SECRET],
      tokens: [TOKEN],
      repositories: ["acme/**"],
      api: null,
      options: {},
    });
    expect(source(`type: gitlab, token: ${TOKEN}, ${repositories}`)?.secrets).toEqual([]);
  });

  it("have tokens and nobody's repositories, where the system names none", () => {
    for (const type of ["azkaban", "spinnaker"]) {
      expect(source(`type: ${type}, tokens: [${TOKEN}, ${TOKEN}-2]`)).toMatchObject({
        tokens: [TOKEN, `${TOKEN}-2`],
        repositories: [],
      });
    }
  });

  it("have an issuer that is GitHub's, unless they say otherwise", () => {
    expect(
      source('type: github-oidc, audience: slipway.example, repositories: ["acme/*"]')?.options,
    ).toEqual({
      audience: "slipway.example",
      issuer: "https://token.actions.githubusercontent.com",
    });
  });

  const wrong: readonly (readonly [string, string, string])[] = [
    [
      "nobody to believe",
      'type: gitlab, repositories: ["acme/*"]',
      "slipway.yml:3:3 sources.ci: has no secret or token, so nobody could be believed; write secret or secrets or token or tokens",
    ],
    [
      "a signing token that is none",
      'type: gitlab, secret: not-a-signing-token, repositories: ["acme/*"]',
      "whsec_",
    ],
    ["a token that is short", "type: azkaban, token: short", "must be at least 16 characters long"],
    ["nobody's repositories", `type: jenkins, token: ${TOKEN}`, "repositories: is missing"],
    [
      "an empty list of repositories",
      `type: jenkins, token: ${TOKEN}, repositories: []`,
      "must list at least one repository, e.g. acme/* or acme/**",
    ],
    [
      "a repository that is none",
      `type: circleci, secret: ${TOKEN}, repositories: [acme]`,
      "must be the path of a project",
    ],
    [
      "repositories, where the system names none",
      `type: spinnaker, token: ${TOKEN}, repositories: ["acme/*"]`,
      "repositories: unknown key",
    ],
    ["no audience", 'type: github-oidc, repositories: ["acme/*"]', "audience: is missing"],
    [
      "keys that anybody on the way could change",
      'type: github-oidc, audience: a, issuer: "http://issuer.example", repositories: ["acme/*"]',
      "issuer: must be an https address",
    ],
    [
      "keys of an address that only begins as this machine's",
      'type: github-oidc, audience: a, keys: "http://127.0.0.1.evil.example/x", repositories: ["a/*"]',
      "keys: must be an https address",
    ],
  ];
  for (const [name, settings, problem] of wrong) {
    it(`with ${name} are refused`, () => {
      expect(problems(settings).join("\n")).toContain(problem);
    });
  }
});

describe("the repository of a component", () => {
  const repository = (path: string) =>
    smallestWith("kind: service", "kind: service", `repository: ${path}`);

  it("may be in groups of groups, as on GitLab", () => {
    const { policy } = load(repository("acme/search/ranking"));
    expect(policy.components["svc-feed"]?.repository).toBe("acme/search/ranking");
  });

  it("is a path, and no address", () => {
    expect(problemsOf(repository("https://gitlab.example.com/acme/search"))).toEqual([
      expect.stringContaining("must be owner/name, e.g. acme/pymk, or a path such as"),
    ]);
  });
});
