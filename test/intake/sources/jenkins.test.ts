import { describe, expect, it } from "vitest";
import { jenkinsSource } from "../../../src/intake/sources/jenkins.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { intakeComponent, intakeRule } from "../../support/intake-policy.ts";
import { receive, testHooks } from "../../support/intake-server.ts";
import { eventReader } from "../../support/only-event.ts";
import { NOW } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const NOTIFICATION = fixtureJson("jenkins/notification.finalized.constructed.json");
const STEP = fixtureJson("jenkins/pipeline.httpRequest.constructed.json");
const JAVA = fixtureBytes("jenkins/cdevents-plugin.http-body.AS-SENT.constructed.txt");
const SHA = "3484a3fb816e0859fd6e1cea078d76385ff50625";
const DIGEST = "sha256:0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427";
const TOKEN = "5f0c6a1e9b7d4832";
const SETTINGS = sourceSettings({
  id: "jenkins",
  type: "jenkins",
  tokens: [TOKEN],
  repositories: ["acme/*"],
});

const { event, build, subject, whyNot, problem, parse } = eventReader(jenkinsSource, "jenkins");

const built = (member: string, value: unknown) =>
  withMember(NOTIFICATION, ["build", member], value);
const scm = (member: string, value: unknown) =>
  withMember(NOTIFICATION, ["build", "scm", member], value);

describe("the token", () => {
  const basic = (password: string) =>
    `Basic ${Buffer.from(`slipway:${password}`).toString("base64")}`;
  const cases = [
    ["as Bearer", `Bearer ${TOKEN}`, "verified"],
    ["as the password of an address", basic(TOKEN), "verified"],
    ["that is another", `Bearer ${TOKEN}0`, "refused"],
    ["that is another password", basic("x"), "refused"],
    [
      "as the user of an address",
      `Basic ${Buffer.from(`${TOKEN}:`).toString("base64")}`,
      "refused",
    ],
    ["of another scheme", `Token ${TOKEN}`, "refused"],
  ] as const;
  for (const [name, authorization, kind] of cases) {
    it(`${name} is ${kind}`, () => {
      const request = { headers: { authorization }, body: Buffer.alloc(0) };
      expect(jenkinsSource.verify(request, SETTINGS, NOW)).toMatchObject({ kind });
    });
  }
});

describe("the Notification plug-in", () => {
  it("is read whole", () => {
    expect(event(NOTIFICATION)).toEqual({
      kind: "build",
      subject: {
        component: null,
        repository: "acme/checkout",
        event: "build",
        workflow: "checkout/main",
        branch: "main",
        package: null,
      },
      build: {
        version: "1042",
        outcome: "failure",
        source: "jenkins",
        run: {
          id: "checkout/main/1042",
          attempt: 1,
          url: "https://jenkins.example.com/job/checkout/job/main/1042/",
        },
        trigger: null,
        startedBy: null,
        startedAt: Date.parse("2026-11-22T13:10:06.912Z"),
        finishedAt: Date.parse("2026-11-22T13:16:45.123Z"),
        artifact: null,
        commit: {
          repository: "acme/checkout",
          sha: SHA,
          tag: null,
          branch: "main",
          author: "alice",
          subject: null,
        },
        metrics: {},
        slices: {},
        tests: { passed: 809, failed: 1, skipped: 2 },
        checks: [],
        datasets: [],
        notes: null,
      },
    });
  });

  const results = [
    ["SUCCESS", "success"],
    ["UNSTABLE", "failure"],
    ["FAILURE", "failure"],
    ["NOT_BUILT", "cancelled"],
    ["ABORTED", "cancelled"],
    ["success", "error"],
    ["SOMETHING_NEW", "error"],
    [undefined, "error"],
  ] as const;
  for (const [status, outcome] of results) {
    it(`with the result ${status} is ${outcome}`, () => {
      expect(build(built("status", status)).outcome).toBe(outcome);
    });
  }

  for (const phase of ["QUEUED", "STARTED", "COMPLETED", "NONE", "finalized"]) {
    it(`in the phase ${phase} is not a build yet`, () => {
      expect(whyNot(built("phase", phase))).toBe(
        `build 1042 of checkout/main is in the phase ${phase}; only FINALIZED is the end, after all post-build steps`,
      );
    });
  }

  const jobs = [
    ["job/checkout/", "checkout"],
    ["job/acme/job/checkout/job/main/", "acme/checkout/main"],
    ["job/checkout/job/feature%252Fvat/", "checkout/feature%2Fvat"],
    ["job/my%20job/", "my job"],
    ["job/100%/", "100%"],
  ] as const;
  for (const [url, workflow] of jobs) {
    it(`of ${url} is of the job ${workflow}, whatever its name says`, () => {
      expect(subject(withMember(NOTIFICATION, ["url"], url)).workflow).toBe(workflow);
    });
  }

  for (const leaf of ["PR-17", "PR-17-head", "PR-17-merge", "MR-4"]) {
    it(`of ${leaf} is of a change request, and no release`, () => {
      expect(whyNot(withMember(NOTIFICATION, ["url"], `job/checkout/job/${leaf}/`))).toBe(
        `build 1042 of checkout/${leaf} is of a change request, which is no release`,
      );
      const body = withMember(withMember(STEP, ["job"], `checkout/${leaf}`), ["build"], 7);
      expect(whyNot(body)).toContain(`build 7 of checkout/${leaf} is of a change request`);
    });
  }

  it("of a branch that only begins as a change request does is a build", () => {
    const url = "job/checkout/job/PR-17-follow-up/";
    expect(subject(withMember(NOTIFICATION, ["url"], url)).workflow).toBe(
      "checkout/PR-17-follow-up",
    );
  });

  it("of no job is malformed", () => {
    expect(problem(withMember(NOTIFICATION, ["url"], "main"))).toBe(
      "url: must be the path of a job",
    );
  });

  it("of a Jenkins without a root URL has no page", () => {
    expect(build(built("full_url", undefined)).run?.url).toBeNull();
  });

  const branches = [
    ["origin/main", "main"],
    ["main", "main"],
    ["refs/heads/main", "main"],
    ["refs/remotes/origin/release/1", "release/1"],
    ["detached", null],
    [null, null],
  ] as const;
  for (const [branch, expected] of branches) {
    it(`on ${branch} is on the branch ${expected}`, () => {
      expect(subject(scm("branch", branch)).branch).toBe(expected);
    });
  }

  it("names an author only where it names one person", () => {
    expect(build(scm("culprits", ["alice", "bob"])).commit?.author).toBeNull();
    expect(build(scm("culprits", [])).commit?.author).toBeNull();
  });

  it("without its repository belongs to nobody but a rule that names its job", () => {
    expect(subject(built("scm", {}))).toMatchObject({
      repository: null,
      workflow: "checkout/main",
    });
    expect(build(built("scm", {})).commit).toBeNull();
  });

  it("sends artifacts and parameters, which are not read", () => {
    const text = JSON.stringify(event(NOTIFICATION));
    expect(text).not.toContain("checkout.tgz");
    expect(text).not.toContain("RELEASE_VERSION");
  });

  it("has a key that is made of the build and its phase", () => {
    const key = (body: unknown) => parse(body).delivery;
    expect(key(NOTIFICATION)).toMatch(/^made-[0-9a-f]{64}$/);
    expect(parse(NOTIFICATION, { "idempotency-key": "x" }).delivery).toBe(key(NOTIFICATION));
    const others = [
      built("phase", "COMPLETED"),
      built("number", 1043),
      withMember(NOTIFICATION, ["url"], "job/checkout/job/other/"),
    ];
    for (const other of others) expect(key(other)).not.toBe(key(NOTIFICATION));
  });
});

describe("the step of a pipeline", () => {
  const sent = (member: string, value: unknown) => withMember(STEP, [member], value);

  it("is read whole", () => {
    expect(event(STEP)).toEqual({
      kind: "build",
      subject: {
        component: "checkout",
        repository: null,
        event: "build.completed",
        workflow: null,
        branch: "main",
        package: null,
      },
      build: {
        version: "1.42.0",
        outcome: "success",
        source: "jenkins",
        run: {
          id: "checkout/1.42.0",
          attempt: 1,
          url: "https://jenkins.example.com/job/checkout/job/main/1042/",
        },
        trigger: null,
        startedBy: null,
        startedAt: Date.parse("2026-11-22T13:10:06Z"),
        finishedAt: Date.parse("2026-11-22T13:16:45Z"),
        artifact: { uri: "registry.example.com/acme/checkout", digest: DIGEST },
        commit: {
          repository: null,
          sha: SHA,
          tag: null,
          branch: "main",
          author: null,
          subject: null,
        },
        metrics: {},
        slices: {},
        tests: null,
        checks: [],
        datasets: [],
        notes: null,
      },
    });
  });

  it("may leave the component to the rules, and say what Jenkins knows", () => {
    const body = {
      event: "build.completed",
      job: "checkout/main",
      build: 1042,
      version: "1.42.0",
      outcome: "UNSTABLE",
      repository: "https://github.com/acme/checkout.git",
      branch: "origin/main",
      startedAt: 1795353405123,
      tests: { passed: 1, failed: 1, skipped: 0 },
      metrics: { coverage: 0.91 },
    };
    expect(event(body)).toMatchObject({
      subject: {
        component: null,
        repository: "acme/checkout",
        workflow: "checkout/main",
        branch: "main",
      },
      build: {
        outcome: "failure",
        run: { id: "checkout/main/1042" },
        startedAt: 1795353405123,
        tests: { passed: 1, failed: 1, skipped: 0 },
        metrics: { coverage: 0.91 },
      },
    });
    expect(subject({ ...body, repository: "acme/checkout" }).repository).toBe("acme/checkout");
  });

  it("is told which member is wrong", () => {
    expect(problem(sent("version", undefined))).toBe("version: is missing");
    expect(problem(sent("commit", "3484a3f"))).toContain("commit: must be the whole commit id");
    expect(problem(sent("imgae", "x"))).toBe("imgae: unknown field");
    expect(problem(sent("startedAt", "yesterday"))).toContain("startedAt: must be a time such as");
  });

  it("has Idempotency-Key for its key, else deliveryId, else what it says", () => {
    expect(parse(STEP, { "idempotency-key": "checkout-1042" }).delivery).toBe("checkout-1042");
    expect(parse(STEP).delivery).toBe("jenkins-checkout-main-1042");
    const made = parse(sent("deliveryId", undefined)).delivery;
    expect(made).toMatch(/^made-[0-9a-f]{64}$/);
    expect(parse(sent("deliveryId", undefined)).delivery).toBe(made);
  });
});

describe("the CDEvents plug-in", () => {
  it("is answered 400, with what to use in its place", async () => {
    const component = intakeComponent({ intake: [intakeRule({ source: "jenkins" })] });
    const intake = testHooks({
      hooks: {
        sources: () => ({ jenkins: SETTINGS }),
        components: () => ({ [component.name]: component }),
      },
    });
    const headers = { "content-type": "application/json", authorization: `Bearer ${TOKEN}` };
    const { status, answer } = await receive(intake, "jenkins", { headers, body: JAVA });
    expect(status).toBe(400);
    expect(answer).toMatchObject({
      code: "not_decodable",
      message:
        "the body is the text of a Java object, as the CDEvents plug-in of Jenkins sends it, and not JSON: use the Notification plug-in, or an httpRequest step in the pipeline",
    });
  });
});
