import { describe, expect, it } from "vitest";
import type { ComponentPolicy, EnvironmentPolicy } from "../../src/core/policy.ts";
import {
  ENVIRONMENT,
  load,
  REPORT_SECRET,
  SMALLEST,
  smallestWith,
} from "../support/configurations.ts";
import { sourceSettings } from "../support/source-settings.ts";

function component(text: string): ComponentPolicy {
  const found = load(text).policy.components["svc-feed"];
  if (found === undefined) throw new Error("svc-feed is not there");
  return found;
}

function production(...lines: readonly string[]): EnvironmentPolicy {
  const text = smallestWith("deploy: { use: run }", "deploy: { use: run }", ...lines);
  const withMetrics = text.replace(
    "deployers:",
    "metrics: { prom: { type: prometheus, url: http://prometheus:9090 } }\ndeployers:",
  );
  const [environment] = component(withMetrics).environments;
  if (environment === undefined) throw new Error("there is no environment");
  return environment;
}

/** A template or an expression with this text. */
function text(source: string): unknown {
  return expect.objectContaining({ source });
}

describe("the digest of a configuration", () => {
  const { digest } = load(SMALLEST);

  it("is the same for the same content, however it is written", () => {
    expect(digest).toMatch(/^[0-9a-f]{12}$/);
    expect(load(`# a remark\n${SMALLEST}\n`).digest).toBe(digest);
  });

  it("is another one for other content", () => {
    expect(load(SMALLEST.replace("releases", "elsewhere")).digest).not.toBe(digest);
  });

  it("says nothing of secrets", () => {
    const other = { SLIPWAY_REPORT_SECRET: `whsec_${Buffer.alloc(32, 8).toString("base64")}` };
    expect(load(SMALLEST, other).digest).toBe(digest);
  });
});

describe("the smallest configuration", () => {
  it("has the documented defaults", () => {
    const { policy, people, warnings, secrets } = load(SMALLEST);
    expect({ policy, people, warnings, secrets }).toEqual({
      policy: {
        timezone: "UTC",
        slack: { channel: "releases", digest: null, charts: "image" },
        admins: [],
        sinks: [],
        components: {
          "svc-feed": {
            name: "svc-feed",
            kind: "service",
            repository: null,
            channel: "releases",
            owners: [],
            intake: [
              {
                source: "ci",
                event: null,
                workflow: null,
                branch: null,
                package: null,
                part: null,
              },
            ],
            gates: [],
            needs: [],
            environments: [
              {
                name: "production",
                approval: [],
                selfApproval: false,
                approvalExpires: null,
                deploy: { use: "run", with: {} },
                verify: [],
                watch: null,
                rollbackFrom: null,
                routine: null,
                source: { environment: { deploy: { use: "run" } }, gates: [] },
              },
            ],
            freezes: [],
            join: null,
            storm: { releases: 5, within: 600_000 },
            failures: "card",
          },
        },
      },
      people: [],
      warnings: [],
      secrets: [REPORT_SECRET],
    });
  });

  it("finds no component under the name of something in JavaScript", () => {
    const { policy, deployers } = load(SMALLEST);
    const names = ["constructor", "toString", "__proto__"];
    expect(names.map((name) => policy.components[name] ?? deployers[name])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("a component", () => {
  it("keeps the order of its environments", () => {
    const text_ = smallestWith(
      "production:",
      "zeta: { deploy: { use: run } }",
      "alpha: { deploy: { use: run } }",
      "production:",
    );
    expect(component(text_).environments.map(({ name }) => name)).toEqual([
      "zeta",
      "alpha",
      "production",
    ]);
  });

  it("has gates that run", () => {
    const [gate] = component(
      smallestWith(
        "kind: service",
        "kind: service",
        "gates: [{ name: a, check: metrics.auc > 0.8 }]",
      ),
    ).gates;
    expect(gate).toMatchObject({ name: "a", level: "fail", whenNoLive: "pass" });
    expect(gate?.check.evaluate({ metrics: { auc: 0.9 } })).toMatchObject({ value: true });
  });

  it("may have a channel of its own, with or without its sign", () => {
    expect(
      component(smallestWith("kind: service", "kind: service", "channel: '#feed'")).channel,
    ).toBe("feed");
    expect(
      component(smallestWith("kind: service", "kind: service", "channel: C024BE91L")).channel,
    ).toBe("C024BE91L");
  });

  it("has freezes in the configured time zone", () => {
    const [freeze] = component(
      smallestWith(
        "kind: service",
        "kind: service",
        'freeze: [{ cron: "0 17 * * 5", for: 2h, reason: evening }]',
      ).replace("slack:", "timezone: Europe/Berlin\nslack:"),
    ).freezes;
    expect(freeze?.reason).toBe("evening");
    expect(freeze?.activeUntil(Date.parse("2026-11-20T16:30:00Z"))).toBe(
      Date.parse("2026-11-20T18:00:00Z"),
    );
  });

  it("has needs that are judged", () => {
    const text_ = `${SMALLEST}
  model-pymk:
    kind: model
    intake: [{ source: ci }]
    needs: { svc-feed: ">=2.3.0" }
    environments: { production: { deploy: { use: run } } }
`;
    const [need] = load(text_).policy.components["model-pymk"]?.needs ?? [];
    expect(need).toMatchObject({ component: "svc-feed", range: ">=2.3.0" });
    expect(need?.satisfiedBy("2.3")).toBe(true);
  });
});

describe("an environment", () => {
  it("has all that is written", () => {
    expect(
      production(
        'approval: [{ from: ["@sre", Dana@acme.test, U024BE7LH], count: 2 }, { from: ["@ml-leads"] }]',
        "selfApproval: true",
        "approvalExpires: 24h",
        "strategy: all-at-once",
        "verify: [{ name: smoke, use: run, with: { suite: [fast] } }]",
        'rollback: { from: ["@sre"] }',
      ),
    ).toEqual({
      name: "production",
      approval: [
        { from: ["@sre", "dana@acme.test", "U024BE7LH"], count: 2 },
        { from: ["@ml-leads"], count: 1 },
      ],
      selfApproval: true,
      approvalExpires: 86_400_000,
      deploy: { use: "run", with: {} },
      verify: [{ name: "smoke", use: "run", with: { suite: ["fast"] } }],
      watch: null,
      rollbackFrom: ["@sre"],
      routine: null,
      source: {
        environment: {
          deploy: { use: "run" },
          approval: [
            { from: ["@sre", "Dana@acme.test", "U024BE7LH"], count: 2 },
            { from: ["@ml-leads"] },
          ],
          selfApproval: true,
          approvalExpires: "24h",
          strategy: "all-at-once",
          verify: [{ name: "smoke", use: "run", with: { suite: ["fast"] } }],
          rollback: { from: ["@sre"] },
        },
        gates: [],
      },
    });
  });

  const watch = (check: string, rest = "") =>
    production(
      `watch: { for: 5m, every: 30s${rest}, checks: [{ name: up, source: prom, query: up, pass: value > 0${check} }] }`,
    ).watch;

  it("has a watch with the documented defaults", () => {
    expect(watch("")).toEqual({
      for: 300_000,
      every: 30_000,
      warmUp: 0,
      on: { failure: "rollback", inconclusive: "ask", error: "ask" },
      checks: [
        {
          name: "up",
          source: "prom",
          measure: { kind: "value", query: "up" },
          pass: text("value > 0"),
          fail: null,
          failureLimit: null,
          consecutiveFailures: 3,
          inconclusiveLimit: null,
          consecutiveSuccesses: null,
          minSamples: 3,
          noData: "inconclusive",
          comparison: null,
          weight: 1,
          isKey: false,
        },
      ],
      alerts: [],
      score: null,
      guard: null,
      confirm: null,
    });
  });

  it.each([
    [", failureLimit: 2", { failureLimit: 2, consecutiveFailures: null }],
    [", failureLimit: 0", { failureLimit: 0, consecutiveFailures: null }],
    [", consecutiveFailures: 5", { failureLimit: null, consecutiveFailures: 5 }],
    [
      ", failureLimit: 4, consecutiveFailures: 2, minSamples: 1, noData: fail",
      { failureLimit: 4, consecutiveFailures: 2, minSamples: 1, noData: "fail" },
    ],
  ])("limits its checks:%s", (written, expected) => {
    expect(watch(written)?.checks).toEqual([expect.objectContaining(expected)]);
  });

  it("does in a watch what is written, and the default for the rest", () => {
    expect(watch("", ", warmUp: 1m, on: { failure: ask }")).toMatchObject({
      warmUp: 60_000,
      on: { failure: "ask", inconclusive: "ask", error: "ask" },
    });
  });

  it("goes into the evidence digest as it is written: without what came from the environment", () => {
    const text_ = smallestWith(
      "deploy: { use: run }",
      'deploy: { use: run, with: { token: "${DEPLOY_TOKEN}" } }',
    );
    const [environment] = component(text_).environments;
    expect(environment?.deploy.with).toEqual({ token: "deploy-token" });
    expect(environment?.source).toEqual({
      environment: { deploy: { use: "run", with: { token: "${DEPLOY_TOKEN}" } } },
      gates: [],
    });
  });
});

describe("sources", () => {
  it("have their secrets, one or several", () => {
    const other = `whsec_${Buffer.alloc(24, 9).toString("base64")}`;
    const text_ = smallestWith(
      'ci: { type: report, secret: "${SLIPWAY_REPORT_SECRET}" }',
      `ci: { type: report, secrets: ["\${SLIPWAY_REPORT_SECRET}", "${other}"] }`,
      'github: { type: github, secret: "${GITHUB_WEBHOOK_SECRET}", repositories: ["acme/*"] }',
    );
    expect(load(text_).sources).toEqual({
      ci: sourceSettings({ id: "ci", type: "report", secrets: [REPORT_SECRET, other] }),
      github: sourceSettings({
        id: "github",
        type: "github",
        secrets: ["github-webhook-secret"],
        repositories: ["acme/*"],
      }),
    });
  });

  it("may have a secret that stands in a file", () => {
    expect(() => load(SMALLEST, { SLIPWAY_REPORT_SECRET_FILE: "slipway.yml" })).toThrow(
      /must be whsec_/,
    );
  });
});

describe("metrics", () => {
  it("have the documented defaults, and all that is written", () => {
    const text_ = SMALLEST.replace(
      "deployers:",
      `metrics:
  a: { type: prometheus, url: "http://prometheus:9090/" }
  b:
    type: prometheus
    url: https://mimir.example/prometheus
    headers: { X-Scope-OrgID: acme }
    bearer: "\${DEPLOY_TOKEN}"
    timeout: 3s
  c:
    type: prometheus
    url: http://prometheus:9090
    basic: { user: slipway, password: "\${DEPLOY_TOKEN}" }
    page: https://graphs.example
deployers:`,
    );
    expect(load(text_).metrics).toEqual({
      a: {
        name: "a",
        type: "prometheus",
        url: "http://prometheus:9090",
        page: null,
        auth: { kind: "none" },
        headers: {},
        timeout: 10_000,
      },
      b: {
        name: "b",
        type: "prometheus",
        url: "https://mimir.example/prometheus",
        page: null,
        auth: { kind: "bearer", token: "deploy-token" },
        headers: { "X-Scope-OrgID": "acme" },
        timeout: 3_000,
      },
      c: {
        name: "c",
        type: "prometheus",
        url: "http://prometheus:9090",
        page: "https://graphs.example",
        auth: { kind: "basic", user: "slipway", password: "deploy-token" },
        headers: {},
        timeout: 10_000,
      },
    });
  });
});

describe("deployers", () => {
  const deployer = (yaml: string) =>
    load(
      smallestWith('run: { type: command, start: [/bin/deploy, "{{version}}"] }', `run: ${yaml}`),
    ).deployers.run;

  it("http: the least", () => {
    expect(
      deployer(
        '{ type: http, start: { url: "https://d.example/" }, observe: { url: "https://d.example/{{id}}", succeeded: body.done, failed: body.bad } }',
      ),
    ).toEqual({
      name: "run",
      type: "http",
      start: { method: "POST", url: text("https://d.example/"), headers: {}, body: null, id: null },
      observe: {
        method: "GET",
        url: text("https://d.example/{{id}}"),
        headers: {},
        body: null,
        every: 5_000,
        timeout: 1_800_000,
        succeeded: text("body.done"),
        failed: text("body.bad"),
        detail: null,
      },
      lookup: null,
      rollback: null,
      stop: null,
      shift: null,
    });
  });

  it("http: all that is written", () => {
    const request =
      '{ url: "https://d.example/x", method: PUT, headers: { a: "{{key}}" }, body: { v: "{{version}}", n: 1 }, id: body.id }';
    const built = {
      method: "PUT",
      url: text("https://d.example/x"),
      headers: { a: text("{{key}}") },
      body: { v: text("{{version}}"), n: 1 },
    };
    expect(
      deployer(
        `{ type: http, start: ${request}, rollback: ${request}, lookup: ${request}, stop: { url: "https://d.example/{{id}}" }, shift: { url: "https://d.example/{{id}}" }, observe: { url: "https://d.example/", succeeded: "true", failed: "false", detail: body.message, every: 2s, timeout: 1m } }`,
      ),
    ).toMatchObject({
      start: { ...built, id: text("body.id") },
      rollback: { ...built, id: text("body.id") },
      lookup: { ...built, id: text("body.id") },
      stop: { method: "POST", url: text("https://d.example/{{id}}"), headers: {}, body: null },
      shift: { method: "POST", url: text("https://d.example/{{id}}"), headers: {}, body: null },
      observe: { every: 2_000, timeout: 60_000, detail: text("body.message") },
    });
  });

  it("command", () => {
    expect(deployer("{ type: command, start: [deploy, '{{key}}'] }")).toEqual({
      name: "run",
      type: "command",
      start: [text("deploy"), text("{{key}}")],
      observe: null,
      rollback: null,
      stop: null,
      env: {},
      workingFolder: null,
      every: 5_000,
      timeout: 1_800_000,
    });
  });

  it("github-actions", () => {
    expect(
      deployer("{ type: github-actions, repository: acme/deploys, workflow: deploy.yml }"),
    ).toEqual({
      name: "run",
      type: "github-actions",
      repository: "acme/deploys",
      workflow: "deploy.yml",
      ref: "main",
      inputs: null,
      deployments: true,
      every: 10_000,
      timeout: 1_800_000,
    });
  });
});

describe("people", () => {
  it("are known by their names in other systems", () => {
    const text_ = `people: [{ slack: U024BE7LH, github: dana-acme, email: Dana@acme.test }, { slack: U024BE7LJ }]
admins: ["@release-admins"]
${SMALLEST}`;
    const { people, policy } = load(text_);
    expect({ people, admins: policy.admins }).toEqual({
      people: [
        { slack: "U024BE7LH", github: "dana-acme", email: "dana@acme.test" },
        { slack: "U024BE7LJ", github: null, email: null },
      ],
      admins: ["@release-admins"],
    });
  });
});

describe("warnings", () => {
  it("say what is allowed and hardly meant", () => {
    const text_ = smallestWith(
      "deploy: { use: run }",
      "deploy: { use: run }",
      "approval: [{ from: [] }]",
      "rollback: { from: [] }",
      "watch: { for: 5m, every: 30s, checks: [{ name: up, source: prom, query: up, pass: value > 0, noData: pass }] }",
    )
      .replace("    intake: [{ source: ci }]\n", "")
      .replace(
        "deployers:",
        "metrics: { prom: { type: prometheus, url: http://p:9090 } }\ndeployers:",
      );
    expect(load(text_).warnings).toEqual([
      "slipway.yml:8:3 components.svc-feed: has no intake, so no source may report its builds",
      "slipway.yml:13:28 components.svc-feed.environments.production.approval[0].from: names no one, so nobody can approve and nothing is deployed",
      "slipway.yml:14:27 components.svc-feed.environments.production.rollback.from: names no one, so nobody can roll back by hand",
      "slipway.yml:15:110 components.svc-feed.environments.production.watch.checks[0].noData: counts data that is not there as success",
    ]);
  });

  it("are not about what is in order", () => {
    expect(load(SMALLEST, ENVIRONMENT).warnings).toEqual([]);
  });
});
