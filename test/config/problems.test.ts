import { describe, expect, it } from "vitest";
import { SOURCES } from "../../src/config/adapters/registry.ts";
import { loadConfiguration } from "../../src/config/policy-file.ts";
import {
  ENVIRONMENT,
  problemsOf,
  problemsOfLoading,
  SMALLEST,
  smallestWith,
} from "../support/configurations.ts";
import { memoryFiles } from "../support/memory-files.ts";
import { placeOf } from "../support/place-of.ts";

const PRODUCTION = "components.svc-feed.environments.production";

/** Lines in place of one line of the smallest configuration, and what is said about them. */
type Case = readonly [title: string, line: string, lines: readonly string[], problem: string];

function check(cases: readonly Case[]): void {
  it.each(cases)("%s", (_title, line, lines, problem) => {
    expect(problemsOf(smallestWith(line, ...lines))).toEqual([problem]);
  });
}

describe("the smallest configuration", () => {
  it("is valid", () => {
    expect(problemsOf(SMALLEST)).toEqual([]);
  });
});

describe("keys", () => {
  check([
    [
      "an unknown key is reported at the key, with the one that was meant",
      "kind: service",
      ["kind: service", "chanel: x"],
      "slipway.yml:9:5 components.svc-feed.chanel: unknown key; did you mean channel?",
    ],
    [
      "an unknown key that resembles nothing lists the keys there are",
      "deploy: { use: run }",
      ["deploy: { use: run, parameters: {} }"],
      `slipway.yml:12:29 ${PRODUCTION}.deploy.parameters: unknown key; there is use, with`,
    ],
    [
      "a missing key is reported at the map that lacks it",
      "kind: service",
      [],
      "slipway.yml:7:3 components.svc-feed.kind: is missing; write model or service",
    ],
    [
      "a wrong type is reported at the value",
      "kind: service",
      ["kind: service", "owners: dana@acme.test"],
      "slipway.yml:9:13 components.svc-feed.owners: must be a list, and this is a text",
    ],
    [
      "a wrong choice names the choices",
      "kind: service",
      ["kind: servise"],
      'slipway.yml:8:11 components.svc-feed.kind: must be model or service (did you mean "service"?)',
    ],
    [
      "an empty value is empty, not missing",
      "kind: service",
      ["kind: service", "gates:"],
      "slipway.yml:9:11 components.svc-feed.gates: must be a list, and this is empty",
    ],
    [
      "a word of the command is no name of a component",
      "svc-feed:",
      ["help:"],
      "slipway.yml:7:3 components.help: is a word of the /release command (help, freeze, unfreeze, stats, audit); choose another name",
    ],
    [
      "a name that would not survive in a path",
      "production:",
      ["../production:"],
      'slipway.yml:11:7 components.svc-feed.environments."../production": a name has letters, digits, . _ and -, begins with a letter or digit, is not only digits, and is at most 64 long',
    ],
  ]);
});

describe("names that nothing has", () => {
  check([
    [
      "a source",
      "intake: [{ source: ci }]",
      ["intake: [{ source: cj }]"],
      'slipway.yml:9:24 components.svc-feed.intake[0].source: unknown source "cj" (did you mean "ci"?); there is ci',
    ],
    [
      "a deployer",
      "deploy: { use: run }",
      ["deploy: { use: actions }"],
      `slipway.yml:12:24 ${PRODUCTION}.deploy.use: unknown deployer "actions"; there is run`,
    ],
    [
      "a deployer of a verification",
      "deploy: { use: run }",
      ["deploy: { use: run }", "verify: [{ name: smoke, use: ran }]"],
      `slipway.yml:13:38 ${PRODUCTION}.verify[0].use: unknown deployer "ran" (did you mean "run"?); there is run`,
    ],
    [
      "a metrics source",
      "deploy: { use: run }",
      [
        "deploy: { use: run }",
        "watch: { for: 5m, every: 30s, checks: [{ name: up, source: prom, query: up, pass: value > 0 }] }",
      ],
      `slipway.yml:13:68 ${PRODUCTION}.watch.checks[0].source: unknown metrics source "prom"; metrics has none`,
    ],
    [
      "a needed component",
      "kind: service",
      ["kind: service", 'needs: { model-pymk: ">=1.0" }'],
      'slipway.yml:9:14 components.svc-feed.needs.model-pymk: unknown component "model-pymk"; there is svc-feed',
    ],
    [
      "a type of source, which lists the known ones",
      'ci: { type: report, secret: "${SLIPWAY_REPORT_SECRET}" }',
      ["ci: { type: carrier-pigeon, token: x }"],
      `slipway.yml:3:15 sources.ci.type: unknown type "carrier-pigeon"; there is ${Object.keys(SOURCES).join(", ")}`,
    ],
    [
      "a type of deployer that was mistyped",
      'run: { type: command, start: [/bin/deploy, "{{version}}"] }',
      ["run: { type: github-action, repository: acme/deploys, workflow: deploy.yml }"],
      'slipway.yml:5:16 deployers.run.type: unknown type "github-action" (did you mean "github-actions"?); there is http, command, github-actions',
    ],
    [
      "a deployer without a type",
      'run: { type: command, start: [/bin/deploy, "{{version}}"] }',
      ["run: { start: [x] }"],
      "slipway.yml:5:3 deployers.run.type: is missing; write http or command or github-actions",
    ],
  ]);

  it("a range that is none", () => {
    const text = `${SMALLEST}
  model-pymk:
    kind: model
    intake: [{ source: ci }]
    needs: { svc-feed: latest }
    environments: { production: { deploy: { use: run } } }
`;
    expect(problemsOf(text)).toEqual([
      `${placeOf(text, "latest")} components.model-pymk.needs.svc-feed: must be a range of semantic versions such as >=2.3.0 or ^2.3`,
    ]);
  });

  it("needs in a circle are reported at each of them", () => {
    const text = `${SMALLEST}
  b:
    kind: model
    intake: [{ source: ci }]
    needs: { c: "*" }
    environments: { production: { deploy: { use: run } } }
  c:
    kind: model
    intake: [{ source: ci }]
    needs: { b: "*", svc-feed: "*" }
    environments: { production: { deploy: { use: run } } }
`;
    expect(problemsOf(text)).toEqual([
      "slipway.yml:17:14 components.b.needs.c: a circle: b needs c needs b; none of them could ever go first",
      "slipway.yml:22:14 components.c.needs.b: a circle: c needs b needs c; none of them could ever go first",
    ]);
  });
});

describe("values", () => {
  const SOURCE = 'ci: { type: report, secret: "${SLIPWAY_REPORT_SECRET}" }';
  const DEPLOY = "deploy: { use: run }";
  check([
    [
      "a duration without a unit",
      DEPLOY,
      [DEPLOY, "approvalExpires: 30"],
      `slipway.yml:13:26 ${PRODUCTION}.approvalExpires: must be a duration such as 500ms, 30s, 10m, 24h or 7d`,
    ],
    [
      "a duration that is too short to be meant",
      DEPLOY,
      [DEPLOY, "approvalExpires: 5s"],
      `slipway.yml:13:26 ${PRODUCTION}.approvalExpires: must be at least 60000 ms`,
    ],
    [
      "a principal of no known shape",
      "kind: service",
      ["kind: service", "owners: [ml-leads]"],
      "slipway.yml:9:14 components.svc-feed.owners[0]: must be a user group such as @ml-leads, an e-mail address, or a Slack user id such as U024BE7LH",
    ],
    [
      "a channel with a blank",
      "kind: service",
      ["kind: service", "channel: my channel"],
      "slipway.yml:9:14 components.svc-feed.channel: must be the name of a channel such as releases, or its id such as C024BE91L",
    ],
    [
      "an approval of nobody at all",
      DEPLOY,
      [DEPLOY, 'approval: [{ from: ["@sre"], count: 0 }]'],
      `slipway.yml:13:45 ${PRODUCTION}.approval[0].count: must be at least 1; leave the rule out to need nobody`,
    ],
    [
      "a canary is said not to be supported",
      DEPLOY,
      [DEPLOY, "strategy: { canary: [{ weight: 5, for: 10m }] }"],
      `slipway.yml:13:19 ${PRODUCTION}.strategy: only all-at-once is supported in this version: a canary is not; remove this key, or write all-at-once`,
    ],
    [
      "a time zone of another planet",
      "slack: { channel: releases }",
      ["slack: { channel: releases }", "timezone: Mars/Olympus_Mons"],
      "slipway.yml:2:11 timezone: unknown time zone; write an IANA name such as America/Los_Angeles or UTC",
    ],
    [
      "a digest that never comes",
      "slack: { channel: releases }",
      ['slack: { channel: releases, digest: "0 9 31 2 *" }'],
      "slipway.yml:1:37 slack.digest: this time never occurs",
    ],
    [
      "a source without a secret",
      SOURCE,
      ["ci: { type: report }"],
      "slipway.yml:3:3 sources.ci: has no secret, so nobody could be believed; write secret or secrets",
    ],
    [
      "a source with both kinds of secret",
      SOURCE,
      [
        'ci: { type: github, secret: 0123456789abcdef, secrets: [0123456789abcdef], repositories: ["a/*"] }',
      ],
      "slipway.yml:3:3 sources.ci: has secret and secrets; write one of them",
    ],
    [
      "metrics that are asked with a token and with a password",
      "slack: { channel: releases }",
      [
        "slack: { channel: releases }",
        "metrics:",
        "  prom: { type: prometheus, url: http://p, bearer: x, basic: { user: u, password: p } }",
      ],
      "slipway.yml:3:3 metrics.prom: has bearer and basic; write one of them",
    ],
    [
      "a secret that is too short to be one",
      SOURCE,
      ['ci: { type: report, secret: "whsec_AAAA" }'],
      'slipway.yml:3:31 sources.ci.secret: must be whsec_ and 24 to 64 bytes in base64; make one with: echo "whsec_$(openssl rand -base64 32)"',
    ],
    [
      "GitHub without repositories",
      SOURCE,
      ["ci: { type: github, secret: 0123456789abcdef }"],
      "slipway.yml:3:3 sources.ci.repositories: is missing; write a list",
    ],
  ]);

  it("a component without an environment", () => {
    const text = SMALLEST.replace(/environments:[\s\S]*$/, "environments: {}\n");
    expect(problemsOf(text)).toEqual([
      "slipway.yml:10:19 components.svc-feed.environments: must have at least one environment",
    ]);
  });
});

describe("names that must differ", () => {
  check([
    [
      "gates",
      "kind: service",
      [
        "kind: service",
        "gates:",
        "  - { name: tests, check: tests.failed == 0 }",
        "  - { name: tests, check: tests.passed > 0 }",
      ],
      'slipway.yml:11:17 components.svc-feed.gates[1].name: another one in this list has the same name "tests"; choose a different one',
    ],
  ]);
});

describe("expressions and templates are reported where they are wrong", () => {
  const gate = (...lines: readonly string[]) =>
    smallestWith("kind: service", "kind: service", "gates:", "  - name: a", ...lines);
  const at = "components.svc-feed.gates[0].check";
  const faild =
    'tests: unknown member "faild" (did you mean "failed"?); there is passed, failed, skipped';

  it.each([
    ["plain", ["    check: tests.passed > 0 && tests.faild == 0"]],
    ["in double quotes", ['    check: "tests.passed > 0 && tests.faild == 0"']],
    ["in single quotes", ["    check: 'tests.passed > 0 && tests.faild == 0'"]],
    ["after an escaped quote", ['    check: "release.version != \\"\\" && tests.faild == 0"']],
    ["after a doubled quote", ["    check: 'release.version != ''x'' && tests.faild == 0'"]],
    [
      "after a sign of two units",
      ['    check: release.version != "\u{1F680}" && tests.faild == 0'],
    ],
    ["folded", ["    check: >-", "      tests.passed > 0 &&", "      tests.faild == 0"]],
    ["literal", ["    check: |", "      tests.passed > 0", "", "        && tests.faild == 0"]],
    ["plain over two lines", ["    check: tests.passed > 0", "      && tests.faild == 0"]],
  ])("%s", (_style, lines) => {
    const text = gate(...lines);
    expect(problemsOf(text)).toEqual([`${placeOf(text, "faild")} ${at}: ${faild}`]);
  });

  it("at its beginning, when a part of it came from the environment", () => {
    const text = gate('    check: "${LIMIT} < 5.0 && tests.faild == 0"');
    expect(problemsOf(text, { ...ENVIRONMENT, LIMIT: "1.0" })).toEqual([
      `slipway.yml:11:16 ${at}: ${faild}`,
    ]);
  });

  const http = (start: string, observe: string) =>
    smallestWith(
      'run: { type: command, start: [/bin/deploy, "{{version}}"] }',
      "run:",
      "  type: http",
      `  start: ${start}`,
      `  observe: ${observe}`,
    );
  const START = '{ url: "https://deploy.example/deploys" }';
  const OBSERVE =
    '{ url: "https://deploy.example/{{id}}", succeeded: body.done, failed: body.bad }';

  const NAMES =
    "there is component, version, digest, artifact, commit, environment, previous, key, weight, actor, release_url, params.<name>";
  it.each([
    [
      '{ url: "https://deploy.example/{{id}}?started" }',
      OBSERVE,
      "{{id}}?started",
      `start.url: unknown variable {{id}}; ${NAMES}`,
    ],
    [
      '{ url: "https://deploy.example/", body: { list: [{ v: "x {{verson}}" }] } }',
      OBSERVE,
      "{{verson",
      `start.body.list[0].v: unknown variable {{verson}}; ${NAMES}`,
    ],
    [
      '{ url: "https://{{version}}/" }',
      OBSERVE,
      "https://{{version}}",
      "start.url: the host must be written out, without variables",
    ],
    [
      START,
      '{ url: "https://deploy.example/{{id}}", succeeded: status, failed: body.bad }',
      "status,",
      "observe.succeeded: must be true or false, and this is of type int",
    ],
    [
      START,
      '{ url: "https://deploy.example/{{id}}", succeeded: body.done && statsu == 1, failed: body.bad }',
      "statsu",
      'observe.succeeded: unknown variable "statsu" (did you mean "status"?); there is status, headers, body',
    ],
  ])("start %s observe %s", (start, observe, where, problem) => {
    const text = http(start, observe);
    expect(problemsOf(text)).toEqual([`${placeOf(text, where)} deployers.run.${problem}`]);
  });

  it("a program that a value would choose", () => {
    const text = SMALLEST.replace("/bin/deploy,", '"/bin/{{component}}",');
    expect(problemsOf(text)).toEqual([
      "slipway.yml:5:33 deployers.run.start[0]: the program must be written out, without variables",
    ]);
  });

  it("a parameter that an environment does not give", () => {
    const text = SMALLEST.replace("{{version}}", "{{version}}@{{params.region}}");
    expect(problemsOf(text)).toEqual([
      'slipway.yml:12:9 components.svc-feed.environments.production.deploy: with lacks region, which the deployer "run" uses as {{params.region}}',
    ]);
    expect(problemsOf(text.replace("use: run", "use: run, with: { region: us }"))).toEqual([]);
  });
});

describe("a watch that could never come to a verdict", () => {
  const watch = (times: string, check = "") =>
    smallestWith(
      "deploy: { use: run }",
      "deploy: { use: run }",
      `watch: { ${times}, checks: [{ name: up, source: prom, query: up, pass: value > 0${check} }] }`,
    ).replace(
      "deployers:",
      "metrics: { prom: { type: prometheus, url: http://p:9090 } }\ndeployers:",
    );

  it.each([
    ["for: 5m, every: 10m", "", "every: is longer than for: nothing would be measured"],
    [
      "for: 5m, every: 30s, warmUp: 5m",
      "",
      "warmUp: is not shorter than for: nothing would be judged",
    ],
    ["for: 24h, every: 1s", "", "every: gives more than 11000 measurements; measure less often"],
    [
      "for: 5m, every: 1m",
      ", minSamples: 7",
      "checks[0].minSamples: can never be reached: only 6 measurements are judged; at most 6",
    ],
    [
      "for: 5m, every: 1m, warmUp: 3m",
      ", consecutiveFailures: 4",
      "checks[0].consecutiveFailures: can never be reached: only 3 measurements are judged; at most 3",
    ],
    [
      "for: 5m, every: 1m",
      ", failureLimit: 6",
      "checks[0].failureLimit: can never be reached: only 6 measurements are judged; at most 5",
    ],
  ])("%s %s", (times, check_, problem) => {
    const [found, ...others] = problemsOf(watch(times, check_));
    expect(others).toEqual([]);
    expect(found).toMatch(/^slipway\.yml:14:\d+ /);
    expect(found?.endsWith(`${PRODUCTION}.watch.${problem}`)).toBe(true);
  });

  it("and one of which no source remembers enough, and Slipway neither", () => {
    const text = watch("for: 24h, every: 1m").replace(
      "type: prometheus, url: http://p:9090",
      "type: http, url: http://p:9090, value: body.lag",
    );
    const asked = text.replace("query: up", "query: /up");
    expect(problemsOf(asked)).toEqual([
      `${placeOf(asked, "1m, checks")} ${PRODUCTION}.watch.every: gives more than 1000 measurements, and of prom, which has only the present, no more are remembered; measure less often, or give prom points in place of value`,
    ]);
    expect(problemsOf(asked.replace("every: 1m", "every: 2m"))).toEqual([]);
    expect(problemsOf(watch("for: 24h, every: 1m"))).toEqual([]);
  });

  it("and one that would roll back without data", () => {
    const text = watch("for: 5m, every: 1m, on: { error: rollback }");
    expect(problemsOf(text)).toEqual([
      `${placeOf(text, "rollback")} ${PRODUCTION}.watch.on.error: must be announce or ask: no data proves nothing, so it never rolls back by itself`,
    ]);
  });

  it.each(["for: 5m, every: 1m", "for: 24h, every: 10s"])("%s can", (times) => {
    expect(problemsOf(watch(times))).toEqual([]);
  });
});

describe("the environment", () => {
  it("a variable that is not set is reported once, at its value", () => {
    expect(problemsOf(SMALLEST, {})).toEqual([
      "slipway.yml:3:31 sources.ci.secret: the environment variable SLIPWAY_REPORT_SECRET is not set, or empty; set it, or SLIPWAY_REPORT_SECRET_FILE",
    ]);
  });

  it("no problem shows what came from the environment", () => {
    const secret = "hunter2-{{oops}}";
    const text = smallestWith(
      'run: { type: command, start: [/bin/deploy, "{{version}}"] }',
      'run: { type: command, start: [/bin/deploy], env: { TOKEN: "${TOKEN}" } }',
    );
    expect(problemsOf(text, { ...ENVIRONMENT, TOKEN: secret }).join()).not.toContain("hunter2");
  });
});

describe("YAML", () => {
  it.each([
    ["components: [", /^slipway\.yml:1:14 not YAML: Flow sequence/],
    ["a: 1\na: 2", /^slipway\.yml:2:1 not YAML: Map keys must be unique/],
    ["a: 1\n---\nb: 2", /^slipway\.yml:2:1 not YAML: Source contains multiple documents/],
    ["\t- x", /^slipway\.yml:1:1 not YAML: /],
  ])("%j is refused where it is wrong", (text, problem) => {
    const [first] = problemsOf(text);
    expect(first).toMatch(problem);
  });

  it.each([
    ["- a list", "slipway.yml:1:1 must be a map of keys, such as components:"],
    ["timezone: .inf", "slipway.yml:1:11 timezone: must be a finite number"],
    ["__proto__: { x: 1 }", "slipway.yml:1:1 a key must be a plain name"],
    ["? [a]\n: 1", "slipway.yml:1:3 a key must be a plain name"],
    ["timezone: *nowhere", "slipway.yml:1:11 timezone: an alias of which there is no anchor"],
    ["a: &a [*a]", "slipway.yml:1:8 a[0]: an alias that contains itself"],
  ])("%j", (text, problem) => {
    expect(problemsOf(text)).toContain(problem);
  });

  it("an alias stands for what it names", () => {
    const text = SMALLEST.replace("service\n", "service\n    owners: &team ['@feed']\n").replace(
      "deploy: { use: run }",
      "deploy: { use: run }\n        rollback: { from: *team }",
    );
    expect(problemsOf(text)).toEqual([]);
    expect(problemsOf(text.replace("'@feed'", "feed"))).toHaveLength(2);
  });

  it("a text of a few lines does not become a million values", () => {
    const levels = Array.from({ length: 7 }, (_, level) => {
      const name = String.fromCharCode(97 + level);
      const before = level === 0 ? "x" : `*${String.fromCharCode(96 + level)}`;
      return `${name}: &${name} [${Array.from({ length: 10 }, () => before).join(", ")}]`;
    });
    expect(
      problemsOf(levels.join("\n")).some((text) => text.endsWith("more than 100000 values")),
    ).toBe(true);
  });
});

describe("all problems come at once", () => {
  it("in the order of the lines", () => {
    const text = smallestWith(
      "kind: service",
      "kind: servise",
      "gates:",
      "  - { name: a, check: metrix.auc > 0.5, levl: warn }",
      "  - { name: a, check: tests.failed }",
      "needs: { nothing: latest }",
    )
      .replace("channel:", "chanel:")
      .replace("source: ci", "source: cj");
    expect(problemsOf(text).map((problem) => problem.split(": ")[0])).toEqual([
      "slipway.yml:1:1 slack.channel",
      "slipway.yml:1:10 slack.chanel",
      "slipway.yml:8:11 components.svc-feed.kind",
      "slipway.yml:10:27 components.svc-feed.gates[0].check",
      "slipway.yml:10:45 components.svc-feed.gates[0].levl",
      "slipway.yml:11:17 components.svc-feed.gates[1].name",
      "slipway.yml:11:27 components.svc-feed.gates[1].check",
      "slipway.yml:12:14 components.svc-feed.needs.nothing",
      "slipway.yml:12:23 components.svc-feed.needs.nothing",
      "slipway.yml:13:24 components.svc-feed.intake[0].source",
    ]);
  });
});

describe("a folder", () => {
  const loading = (files: Readonly<Record<string, string>>) => () =>
    loadConfiguration("conf", ENVIRONMENT, memoryFiles(files));
  const team = `components:
  svc-search:
    kind: service
    intake: [{ source: ci }]
    environments: { production: { deploy: { use: run } } }
`;

  it("is one configuration", () => {
    const configuration = loading({
      "conf/b.yml": SMALLEST,
      "conf/a.yaml": team,
      "conf/notes.txt": "not: read",
      "conf/.hidden.yml": "not: read",
      "conf/empty.yml": "# nothing yet\n",
    })();
    expect(Object.keys(configuration.policy.components)).toEqual(["svc-search", "svc-feed"]);
  });

  it("reports a problem in the file that has it", () => {
    expect(
      problemsOfLoading(
        loading({ "conf/a.yml": SMALLEST, "conf/b.yml": team.replace("use: run", "use: ran") }),
      ),
    ).toEqual([
      'conf/b.yml:5:50 components.svc-search.environments.production.deploy.use: unknown deployer "ran" (did you mean "run"?); there is run',
    ]);
  });

  it("a key that two files define names both places", () => {
    const twice = `timezone: UTC\n${team.replace("svc-search", "svc-feed")}`;
    expect(
      problemsOfLoading(
        loading({ "conf/a.yml": `timezone: UTC\n${SMALLEST}`, "conf/b.yml": twice }),
      ),
    ).toEqual([
      "conf/b.yml:1:1 timezone: also defined at conf/a.yml:1:1; keep one of them",
      "conf/b.yml:3:3 components.svc-feed: also defined at conf/a.yml:8:3; keep one of them",
    ]);
  });

  it("a file that is not YAML is the only thing reported", () => {
    const problems = problemsOfLoading(
      loading({ "conf/a.yml": SMALLEST.replace("deployers:", "deployers: ["), "conf/b.yml": team }),
    );
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every((problem) => /^conf\/a\.yml:\d+:\d+ not YAML: /.test(problem))).toBe(
      true,
    );
  });

  it("without a file says so", () => {
    expect(problemsOfLoading(loading({ "conf/readme.md": "" }))).toEqual([
      "conf: no *.yml or *.yaml in this folder; examples/slipway.yml is a start",
    ]);
  });

  it("that may not be read says so", () => {
    const readers = {
      ...memoryFiles({}),
      listFolder: () => {
        throw new Error("EACCES: permission denied, scandir 'conf'");
      },
    };
    expect(problemsOfLoading(() => loadConfiguration("conf", ENVIRONMENT, readers))).toEqual([
      "conf: cannot be read (EACCES: permission denied, scandir 'conf'); set SLIPWAY_CONFIG to your file or folder, examples/slipway.yml is a start",
    ]);
  });

  it("that does not exist says so", () => {
    expect(problemsOfLoading(loading({}))).toEqual([
      "conf: there is no such file; set SLIPWAY_CONFIG to your file or folder, examples/slipway.yml is a start",
    ]);
  });
});
