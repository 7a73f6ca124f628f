import { describe, expect, it } from "vitest";
import type { ComponentPolicy } from "../../src/core/policy.ts";
import { matchComponents } from "../../src/intake/match-components.ts";
import type { BuildSubject } from "../../src/intake/sources/source.ts";
import { byName, intakeComponent, intakeRule } from "../support/intake-policy.ts";
import { sourceSettings } from "../support/source-settings.ts";

const BUILD_YML = ".github/workflows/build.yml";
const SUBJECT: BuildSubject = {
  component: null,
  repository: "acme/checkout",
  event: "workflow_run",
  workflow: BUILD_YML,
  branch: "main",
  package: null,
};

function service(overrides: Partial<ComponentPolicy> = {}): ComponentPolicy {
  return intakeComponent({
    name: "svc",
    repository: "acme/checkout",
    intake: [intakeRule({ source: "gh" })],
    ...overrides,
  });
}

function match(
  subject: Partial<BuildSubject>,
  components: readonly ComponentPolicy[],
  repositories: readonly string[] = ["acme/*"],
) {
  const source = sourceSettings({ id: "gh", type: "github", repositories });
  const result = matchComponents({
    source,
    subject: { ...SUBJECT, ...subject },
    components: byName(...components),
  });
  return result.kind === "matched" ? result.components.map(({ name }) => name) : result.message;
}

describe("a component takes a build", () => {
  const rule = (overrides: object) => [intakeRule({ source: "gh", ...overrides })];
  const cases: readonly (readonly [string, Partial<BuildSubject>, Partial<ComponentPolicy>])[] = [
    ["when its rule asks for everything of the source", {}, {}],
    ["when the event is the one asked for", {}, { intake: rule({ event: "workflow_run" }) }],
    ["when the workflow is the one asked for", {}, { intake: rule({ workflow: BUILD_YML }) }],
    ["when the branch is the one asked for", {}, { intake: rule({ branch: "main" }) }],
    ["when the package is the one asked for", { package: "p" }, { intake: rule({ package: "p" }) }],
    [
      "when the second of its rules matches",
      {},
      { intake: [...rule({ branch: "x" }), ...rule({})] },
    ],
    ["when only the letter case of the repository differs", { repository: "ACME/Checkout" }, {}],
    [
      "that names it, although neither has a repository",
      { component: "svc", repository: null },
      { repository: null },
    ],
    [
      "that names it, although only the report has a repository",
      { component: "svc" },
      { repository: null },
    ],
    [
      "that names it, although only the component has one",
      { component: "svc", repository: null },
      {},
    ],
  ];
  for (const [name, subject, component] of cases) {
    it(name, () => expect(match(subject, [service(component)])).toEqual(["svc"]));
  }

  it("that names it, even if its repository is not listed: it was named under the source's secret", () => {
    expect(match({ component: "svc" }, [service()], [])).toEqual(["svc"]);
  });

  it("beside another component that takes it too", () => {
    expect(
      match({}, [
        service(),
        service({ name: "worker" }),
        service({ name: "x", repository: "acme/x" }),
      ]),
    ).toEqual(["svc", "worker"]);
  });

  it("and not another component than the one that is named", () => {
    expect(match({ component: "svc" }, [service(), service({ name: "worker" })])).toEqual(["svc"]);
  });
});

describe("a component does not take a build", () => {
  const none = "no component asks for this: svc";
  const rule = (overrides: object) => ({ intake: [intakeRule({ source: "gh", ...overrides })] });
  const cases: readonly (readonly [
    string,
    Partial<BuildSubject>,
    Partial<ComponentPolicy>,
    string,
  ])[] = [
    [
      "of another event",
      { event: "release" },
      rule({ event: "workflow_run" }),
      `${none} wants event workflow_run, this has release`,
    ],
    [
      "of another workflow",
      { workflow: "x.yml" },
      rule({ workflow: BUILD_YML }),
      `${none} wants workflow ${BUILD_YML}, this has x.yml`,
    ],
    [
      "of another branch",
      { branch: "dev" },
      rule({ branch: "main" }),
      `${none} wants branch main, this has dev`,
    ],
    [
      "of no branch, when it asks for one",
      { branch: null },
      rule({ branch: "main" }),
      `${none} wants branch main, this has none`,
    ],
    [
      "of another package",
      { package: "b" },
      rule({ package: "a" }),
      `${none} wants package a, this has b`,
    ],
    [
      "of another repository",
      { repository: "acme/other" },
      {},
      `${none} is built from acme/checkout, this comes from acme/other`,
    ],
    [
      "of any repository, when it names none itself",
      {},
      { repository: null },
      `${none} names no repository; add repository: acme/checkout`,
    ],
    [
      "of another source",
      {},
      { intake: [intakeRule({ source: "ci" })] },
      "component svc has no intake rule for source gh; add { source: gh } under its intake",
    ],
    [
      "that names it but was built from another repository",
      { component: "svc", repository: "acme/other" },
      {},
      `${none} is built from acme/checkout, this comes from acme/other`,
    ],
  ];
  for (const [name, subject, component, message] of cases) {
    it(name, () => expect(match(subject, [service(component)])).toBe(message));
  }

  it("that none of its rules matches, and each is explained", () => {
    const intake = [
      intakeRule({ source: "gh", branch: "main", event: "release" }),
      intakeRule({ source: "gh", branch: "beta" }),
    ];
    expect(match({ branch: "dev" }, [service({ intake })])).toBe(
      `${none} wants event release, this has workflow_run and wants branch main, this has dev; or else wants branch beta, this has dev`,
    );
  });

  it("that names a component which is not there", () => {
    expect(match({ component: "toString" }, [service()])).toBe(
      "the configuration has no component toString: correct the name, or add it under components",
    );
  });

  it("when no component has a rule for the source", () => {
    const other = [intakeRule({ source: "ci" })];
    expect(match({}, [service({ intake: other }), service({ name: "b", intake: other })])).toBe(
      "no component has an intake rule for source gh; add { source: gh } under its intake",
    );
  });

  it("when there is no component at all", () => {
    expect(match({}, [])).toBe(
      "no component has an intake rule for source gh; add { source: gh } under its intake",
    );
  });

  it("and of many the nearest are told", () => {
    const near = service({ name: "near", ...rule({ branch: "main" }) });
    const others = Array.from({ length: 9 }, (_value, index) =>
      service({ name: `far-${index}`, repository: "acme/far" }),
    );
    expect(match({ branch: "dev" }, [...others, near])).toBe(
      "no component asks for this: near wants branch main, this has dev; far-0 is built from acme/far, this comes from acme/checkout; far-1 is built from acme/far, this comes from acme/checkout; far-2 is built from acme/far, this comes from acme/checkout; far-3 is built from acme/far, this comes from acme/checkout; and 5 more",
    );
  });

  it("and what was sent is told short, and on one line", () => {
    expect(
      match({ branch: `a\u0000\n${"x".repeat(500)}` }, [service(rule({ branch: "main" }))]),
    ).toBe(`no component asks for this: svc wants branch main, this has a  ${"x".repeat(77)}`);
  });
});

describe("the repositories of a source", () => {
  const listed: readonly (readonly [string, string])[] = [
    ["acme/*", "acme/checkout"],
    ["acme/checkout", "acme/checkout"],
    ["ACME/*", "acme/Checkout"],
    ["acme/svc-*", "acme/svc-checkout"],
    ["*/*", "anyone/anything"],
    ["acme/**", "acme/checkout"],
    ["acme/**", "acme/search/ranking/model"],
    ["acme/**/model-*", "acme/search/ranking/model-a"],
    ["acme/*/model", "acme/search/model"],
  ];
  for (const [glob, repository] of listed) {
    it(`${glob} lists ${repository}`, () => {
      expect(match({ repository }, [service({ repository })], ["other/x", glob])).toEqual(["svc"]);
    });
  }

  const unlisted: readonly (readonly [string, string])[] = [
    ["acme/*", "mallory/checkout"],
    ["acme/*", "acme/a/b"],
    ["acme/checkout", "acme/checkout-2"],
    ["acme/checkout", "x-acme/checkout"],
    ["acme/a.b", "acme/aXb"],
    ["*", "acme/checkout"],
    ["acme/**", "acme-2/checkout"],
    ["acme/*/model", "acme/search/ranking/model"],
  ];
  for (const [glob, repository] of unlisted) {
    it(`${glob} does not list ${repository}`, () => {
      expect(match({ repository }, [service({ repository })], [glob])).toBe(
        `repository ${repository} is not in sources.gh.repositories (${glob})`,
      );
    });
  }

  it("are looked at where there are some, even if the sender names the component", () => {
    expect(match({ component: "svc" }, [service()], ["other/*"])).toBe(
      "repository acme/checkout is not in sources.gh.repositories (other/*)",
    );
    expect(match({ component: "svc" }, [service()], ["acme/*"])).toEqual(["svc"]);
  });

  it("an empty list lists none", () => {
    expect(match({}, [service()], [])).toBe(
      "repository acme/checkout is not in sources.gh.repositories (empty)",
    );
  });
});

describe("an event that is a part of a build", () => {
  const job: Partial<BuildSubject> = { event: "job", onlyWhereNamed: true };

  it("is taken by a rule that names it", () => {
    const intake = [intakeRule({ source: "gh", event: "job" })];
    expect(match(job, [service({ intake })])).toEqual(["svc"]);
  });

  it("is not taken by a rule that takes everything", () => {
    expect(match(job, [service()])).toBe(
      "no component asks for this: svc names no event, and job is taken only by its name",
    );
  });
});
