import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Environment } from "../../src/report/ci-environment.ts";
import { runReport } from "../../src/report/run-report.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { eagerClock } from "../support/eager-clock.ts";
import { answered, fakeFetch, networkError } from "../support/fake-fetch.ts";
import { fixtureBytes } from "../support/intake-fixture.ts";
import { SOURCES, startIntake } from "../support/intake-server.ts";
import { NOW, OTHER_REPORT_SECRET, REPORT_SECRET } from "../support/signed-request.ts";

const SHA = "3484a3fb816e0859fd6e1cea078d76385ff50625";
const REQUIRED = ["--component", "model-pymk", "--version", "7"];
const ENV: Environment = {
  SLIPWAY_REPORT_SECRET: REPORT_SECRET,
  SLIPWAY_URL: "https://slipway.example/hooks/ci",
};

async function folderWith(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-report-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

interface Setting {
  readonly env?: Environment;
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly answers?: Parameters<typeof fakeFetch>[0];
}

async function report(
  argv: readonly string[],
  { env = ENV, files = {}, answers = [answered(202, "accepted")] }: Setting = {},
) {
  const { fetch, sent } = fakeFetch(answers);
  let stdout = "";
  let stderr = "";
  const directory = await folderWith(files);
  const code = await runReport(argv, env, {
    directory,
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text.replaceAll(directory, "FOLDER");
    },
    fetch,
    clock: eagerClock(NOW),
    newId: () => "id-1",
  });
  return {
    code,
    stdout,
    stderr,
    sent,
    bodies: sent.map(({ body }) => JSON.parse(body) as unknown),
  };
}

describe("what is sent", () => {
  it("is no more than what is known", async () => {
    const { bodies, sent } = await report(REQUIRED);
    expect(bodies).toEqual([
      { component: "model-pymk", version: "7", outcome: "success", run: { id: "7" } },
    ]);
    expect(sent[0]?.headers.get("webhook-id")).toBe("msg_id-1");
  });

  it("is all of the flags and files", async () => {
    const argv = [
      ["--outcome", "failure", "--trigger", "data", "--notes", "one more week"],
      [
        "--metrics",
        "metrics.json",
        "--metrics",
        "latency.json",
        "--checks",
        "checks.json",
        "--junit",
        "py.xml",
        "--junit",
        "node.xml",
      ],
      [
        "--dataset",
        "edges=ds=2026-11-21",
        "--artifact",
        `registry.example/pymk:7@sha256:${"0b".repeat(32)}`,
      ],
      [
        "--commit",
        SHA,
        "--branch",
        "main",
        "--author",
        "dana@acme.test",
        "--repository",
        "acme/pymk",
      ],
      ["--run-id", "train/7", "--run-attempt", "2", "--url", "https://ci.example/7"],
    ].flat();
    const { bodies } = await report([...REQUIRED, ...argv], {
      files: {
        "metrics.json": '{"holdout_auc":0.81,"slices":{"country=BR":{"auc":0.79}}}',
        "latency.json": '{"p95":{"ms":21}}',
        "py.xml": fixtureBytes("junit/pytest-7.2.captured.xml"),
        "checks.json":
          '[{"name":"fresh","status":"pass"},{"name":"null rate","status":"fail","expected":"< 1%","actual":"3%"}]',
        "node.xml": fixtureBytes("junit/node-20-test-runner.captured.xml"),
      },
    });
    expect(bodies).toEqual([
      {
        component: "model-pymk",
        version: "7",
        outcome: "failure",
        run: { id: "train/7", attempt: 2, url: "https://ci.example/7" },
        trigger: "data",
        artifact: { uri: "registry.example/pymk:7", digest: `sha256:${"0b".repeat(32)}` },
        commit: { repository: "acme/pymk", sha: SHA, branch: "main", author: "dana@acme.test" },
        metrics: { holdout_auc: 0.81, "p95.ms": 21, auc: 0.9671, latency_p99_ms: 212 },
        slices: { "country=BR": { auc: 0.79 } },
        tests: { passed: 2, failed: 3, skipped: 2 },
        checks: [
          { name: "fresh", status: "pass" },
          { name: "null rate", status: "fail", expected: "< 1%", actual: "3%" },
        ],
        datasets: [{ name: "edges", version: "ds=2026-11-21" }],
        notes: "one more week",
      },
    ]);
  });

  const GITHUB: Environment = {
    ...ENV,
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
  const RUN = {
    id: "30433642",
    attempt: 2,
    url: "https://github.com/acme/pymk/actions/runs/30433642",
  };
  const COMMIT = { repository: "acme/pymk", sha: SHA, branch: "main", author: "dana-acme" };
  const OTHER = "f".repeat(40);

  const fromCi: readonly (readonly [string, readonly string[], object])[] = [
    ["is filled in from the CI system", [], { run: RUN, commit: COMMIT, trigger: "code" }],
    [
      "is what the flags say, before what the CI system says",
      ["--branch", "beta", "--url", "https://ci.example/7", "--trigger", "data"],
      {
        run: { ...RUN, url: "https://ci.example/7" },
        commit: { ...COMMIT, branch: "beta" },
        trigger: "data",
      },
    ],
    [
      "is not the CI's branch and author for another commit",
      ["--commit", OTHER],
      { run: RUN, commit: { repository: "acme/pymk", sha: OTHER }, trigger: "code" },
    ],
    [
      "is not the CI's commit for another repository",
      ["--repository", "acme/other"],
      { run: RUN, commit: { repository: "acme/other" }, trigger: "code" },
    ],
    [
      "is the CI's commit for its own repository",
      ["--repository", "acme/pymk", "--commit", SHA],
      { run: RUN, commit: COMMIT, trigger: "code" },
    ],
    [
      "is not the CI's attempt and page for another run",
      ["--run-id", "train/7"],
      { run: { id: "train/7" }, commit: COMMIT, trigger: "code" },
    ],
  ];
  for (const [name, argv, expected] of fromCi) {
    it(name, async () => {
      const { bodies } = await report([...REQUIRED, ...argv], { env: GITHUB });
      expect(bodies).toEqual([
        { component: "model-pymk", version: "7", outcome: "success", ...expected },
      ]);
    });
  }

  it("asks neither of two CI systems, and says so", async () => {
    const { bodies, stderr } = await report(REQUIRED, { env: { ...GITHUB, CIRCLECI: "true" } });
    expect(bodies).toEqual([
      { component: "model-pymk", version: "7", outcome: "success", run: { id: "7" } },
    ]);
    expect(stderr).toBe(
      "slipway report: GitHub Actions and CircleCI both say that this is their job: neither is asked\n",
    );
  });

  it("leaves out what is no number, and says so", async () => {
    const { bodies, stderr } = await report([...REQUIRED, "--metrics", "m.json"], {
      files: { "m.json": '{"auc":0.81,"model":"gbdt"}' },
    });
    expect(bodies).toMatchObject([{ metrics: { auc: 0.81 } }]);
    expect(stderr).toBe(
      "slipway report: m.json: only numbers are metrics, so these were left out: model\n",
    );
  });
});

describe("what comes of it", () => {
  const answer = (outcome: string) =>
    `${JSON.stringify({ outcome, code: outcome, message: `it was ${outcome}`, delivery: "d", releases: [] })}\n`;
  const cases: readonly (readonly [string, number, number, string])[] = [
    ["accepted", 202, 0, ""],
    ["duplicate", 200, 0, ""],
    [
      "ignored",
      200,
      1,
      "slipway report: nothing was recorded, no component asks for it: it was ignored\n",
    ],
    ["refused", 400, 1, "slipway report: answered 400, refused: it was refused\n"],
    ["refused", 401, 1, "slipway report: answered 401, refused: it was refused\n"],
    ["accepted", 418, 1, "slipway report: answered 418, accepted: it was accepted\n"],
  ];
  for (const [outcome, status, code, stderr] of cases) {
    it(`${status} ${outcome} is exit code ${code}, and the answer is on stdout`, async () => {
      const done = await report(REQUIRED, { answers: [answered(status, outcome)] });
      expect({ code: done.code, stdout: done.stdout, stderr: done.stderr }).toEqual({
        code,
        stdout: answer(outcome),
        stderr,
      });
    });
  }

  it("a network that stays away is exit code 1, after it was told of each pause", async () => {
    const { code, stdout, stderr, sent } = await report(REQUIRED, {
      answers: [networkError("connect ECONNREFUSED 127.0.0.1:3000")],
    });
    expect({ code, stdout, attempts: sent.length }).toEqual({ code: 1, stdout: "", attempts: 8 });
    const lines = stderr.split("\n");
    expect(lines[0]).toBe("slipway report: connect ECONNREFUSED 127.0.0.1:3000; again in 1 s");
    expect(lines.at(-2)).toBe(
      "slipway report: no answer after 8 attempts: connect ECONNREFUSED 127.0.0.1:3000",
    );
  });

  it("a server that is not Slipway is exit code 1", async () => {
    const { code, stdout, stderr } = await report(REQUIRED, {
      answers: [() => new Response("ok")],
    });
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: "",
      stderr: "slipway report: answered 200, and not as Slipway does: is the address right?\n",
    });
  });

  it("--help is exit code 0, and sends nothing", async () => {
    const { code, stdout, sent } = await report(["--help"]);
    expect({ code, sent }).toEqual({ code: 0, sent: [] });
    expect(stdout).toMatch(/^slipway report --component NAME/);
  });
});

describe("nothing is sent", () => {
  const { SLIPWAY_URL, SLIPWAY_REPORT_SECRET } = ENV;
  const files = {
    "m.json": '{"auc":0.81}',
    "same.json": '{"auc":0.82}',
    "nan.json": '{"auc":NaN}',
    "empty.xml": "<testsuites/>",
    "many.json": JSON.stringify(
      Object.fromEntries(Array.from({ length: 501 }, (_v, i) => [`m${i}`, i])),
    ),
  };
  const cases: readonly (readonly [string, readonly string[], Environment, string])[] = [
    [
      "without a component",
      ["--version", "7"],
      ENV,
      "--component NAME is missing\nslipway report --help lists the flags",
    ],
    [
      "with a flag that does not exist",
      [...REQUIRED, "--metric", "m.json"],
      ENV,
      expect.stringMatching(
        /^slipway report: --metric: there is no such flag; there are --component, /,
      ),
    ],
    [
      "without an address",
      REQUIRED,
      { SLIPWAY_REPORT_SECRET },
      "--to is missing, and SLIPWAY_URL is not set: write the address of a source, such as https://slipway.example/hooks/ci",
    ],
    [
      "to an address without a source",
      [...REQUIRED, "--to", "https://slipway.example/"],
      ENV,
      "--to has no /hooks/<id>: write the address of a source, such as https://slipway.example/hooks/ci",
    ],
    [
      "to what is no address",
      REQUIRED,
      { ...ENV, SLIPWAY_URL: "slipway.example/hooks/ci" },
      "SLIPWAY_URL is not an http or https URL: write the address of a source, such as https://slipway.example/hooks/ci",
    ],
    [
      "to an address with a password",
      [...REQUIRED, "--to", "https://ci:hunter2@slipway.example/hooks/ci"],
      ENV,
      "--to must not hold a user or a password: reports are signed",
    ],
    [
      "without a secret",
      REQUIRED,
      { SLIPWAY_URL },
      "SLIPWAY_REPORT_SECRET is not set: it holds the source's secret",
    ],
    [
      "with a secret of another kind",
      REQUIRED,
      { ...ENV, SLIPWAY_REPORT_SECRET: "hunter2hunter2" },
      "SLIPWAY_REPORT_SECRET must be whsec_ followed by base64",
    ],
    [
      "with a secret that was cut off",
      REQUIRED,
      { ...ENV, SLIPWAY_REPORT_SECRET: `${REPORT_SECRET.slice(0, -2)}` },
      "SLIPWAY_REPORT_SECRET must be whsec_ followed by base64",
    ],
    [
      "with a file of the secret that is not there",
      REQUIRED,
      { SLIPWAY_URL, SLIPWAY_REPORT_SECRET_FILE: "secret" },
      "SLIPWAY_REPORT_SECRET_FILE: ENOENT: no such file or directory, open 'FOLDER/secret'",
    ],
    [
      "with a metrics file that is not there",
      [...REQUIRED, "--metrics", "x.json"],
      ENV,
      "--metrics x.json: ENOENT: no such file or directory, open 'FOLDER/x.json'",
    ],
    [
      "with a metrics file that is not JSON",
      [...REQUIRED, "--metrics", "nan.json"],
      ENV,
      "--metrics nan.json: is not JSON: NaN and Infinity are not JSON, leave such a metric out",
    ],
    [
      "with a metric in two files",
      [...REQUIRED, "--metrics", "m.json", "--metrics", "same.json"],
      ENV,
      "--metrics same.json: auc is in an earlier file too",
    ],
    [
      "with a JUnit file that is not there",
      [...REQUIRED, "--junit", "x.xml"],
      ENV,
      "--junit x.xml: ENOENT: no such file or directory, open 'FOLDER/x.xml'",
    ],
    [
      "with a JUnit file of nothing",
      [...REQUIRED, "--junit", "empty.xml"],
      ENV,
      "--junit empty.xml: holds no test cases: leave --junit out if nothing was tested",
    ],
    [
      "with too many metrics",
      [...REQUIRED, "--metrics", "many.json"],
      ENV,
      "the report is not valid: metrics: must have at most 500 members",
    ],
    [
      "with an outcome that does not exist",
      [...REQUIRED, "--outcome", "passed"],
      ENV,
      "the report is not valid: outcome: must be one of success, failure, cancelled, error",
    ],
    [
      "with a short commit",
      [...REQUIRED, "--commit", "3484a3f"],
      ENV,
      "the report is not valid: commit.sha: must be the whole commit id: 40 or 64 hexadecimal digits",
    ],
    [
      "with half a digest",
      [...REQUIRED, "--artifact", "a@sha256:0b"],
      ENV,
      "the report is not valid: artifact.digest: must be sha256: and 64 hexadecimal digits",
    ],
  ];
  for (const [name, argv, env, message] of cases) {
    it(`${name}, and the exit code is 1`, async () => {
      const { code, stdout, stderr, sent } = await report(argv, { env, files });
      expect({ code, stdout, sent }).toEqual({ code: 1, stdout: "", sent: [] });
      expect(stderr).toEqual(
        typeof message === "string" ? `slipway report: ${message}\n` : message,
      );
      expect(stderr).not.toMatch(/hunter2|whsec_[A-Za-z0-9]/);
    });
  }

  it("and everything that is wrong with the surroundings is said at once", async () => {
    const { stderr } = await report([...REQUIRED, "--junit", "x.xml"], { env: {} });
    expect(
      stderr.split("\n").map((line) => line.replace(/^slipway report: /, "").split(":")[0]),
    ).toEqual([
      "--junit x.xml",
      "--to is missing, and SLIPWAY_URL is not set",
      "SLIPWAY_REPORT_SECRET is not set",
      "",
    ]);
  });
});

describe("against the real server", () => {
  async function client(url: string, secret = REPORT_SECRET, argv: readonly string[] = []) {
    let stdout = "";
    const code = await runReport(
      [...REQUIRED, "--to", `${url}/hooks/ci`, ...argv],
      { SLIPWAY_REPORT_SECRET_FILE: "secret" },
      {
        directory: await folderWith({ secret: `${secret}\n` }),
        stdout: (text) => {
          stdout += text;
        },
        stderr: () => undefined,
        fetch: globalThis.fetch,
        clock: { ...systemClock, now: () => NOW },
        newId: () => "id-1",
      },
    );
    return { code, answer: JSON.parse(stdout) as unknown };
  }

  it("a report is recorded, and the same again is a duplicate", async () => {
    const intake = await startIntake();
    expect(await client(intake.url, REPORT_SECRET, ["--commit", SHA])).toEqual({
      code: 0,
      answer: {
        outcome: "accepted",
        code: "accepted",
        message: "recorded as model-pymk@7",
        delivery: "msg_id-1",
        releases: ["model-pymk@7"],
      },
    });
    expect(await client(intake.url)).toMatchObject({ code: 0, answer: { outcome: "duplicate" } });
    expect(intake.dispatched.map(({ build }) => build.commit)).toMatchObject([
      { repository: "acme/pymk", sha: SHA },
    ]);
  });

  it("a report with the wrong secret is refused", async () => {
    const intake = await startIntake();
    expect(await client(intake.url, OTHER_REPORT_SECRET)).toMatchObject({
      code: 1,
      answer: { outcome: "refused", code: "signature_wrong" },
    });
    expect(intake.dispatched).toEqual([]);
  });

  it("a report that no component asks for is exit code 1", async () => {
    const intake = await startIntake({ hooks: { sources: () => SOURCES, components: () => ({}) } });
    expect(await client(intake.url)).toMatchObject({
      code: 1,
      answer: { outcome: "ignored", code: "component_unknown" },
    });
  });
});
