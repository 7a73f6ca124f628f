import { describe, expect, it } from "vitest";
import { azkabanSource, UNFINISHED } from "../../../src/intake/sources/azkaban.ts";
import { fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { intakeComponent, intakeRule } from "../../support/intake-policy.ts";
import { startIntake } from "../../support/intake-server.ts";
import { eventReader } from "../../support/only-event.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const CALLBACK = fixtureJson("azkaban/job_callback.success.constructed.json");
const SHA = "3484a3fb816e0859fd6e1cea078d76385ff50625";
const TOKEN = "5f0c6a1e9b7d4832";

const { event, build, whyNot, problem, parse } = eventReader(azkabanSource, "azkaban");
const sent = (member: string, value: unknown) => withMember(CALLBACK, [member], value);

const component = intakeComponent({
  name: "fraud-detector",
  repository: "acme/fraud",
  intake: [intakeRule({ source: "azkaban", workflow: "fraud/train-and-validate" })],
});

function start() {
  return startIntake({
    hooks: {
      sources: () => ({
        azkaban: sourceSettings({ id: "azkaban", type: "azkaban", tokens: [TOKEN] }),
        ci: sourceSettings({ id: "ci", type: "report" }),
      }),
      components: () => ({ [component.name]: component }),
    },
  });
}

const authorization = `Bearer ${TOKEN}`;
const QUERY = new URLSearchParams(CALLBACK as Record<string, string>).toString();

describe("a job callback", () => {
  it("is read whole", () => {
    expect(event(CALLBACK)).toEqual({
      kind: "build",
      subject: {
        component: "fraud-detector",
        repository: null,
        event: "job",
        workflow: "fraud/train-and-validate",
        branch: null,
        package: null,
      },
      build: {
        version: "2026.11.22",
        outcome: "success",
        source: "azkaban",
        run: {
          id: "91823",
          attempt: 1,
          url: "https://azkaban.example.com:8443/executor?execid=91823",
        },
        trigger: null,
        startedBy: null,
        startedAt: null,
        finishedAt: null,
        artifact: null,
        commit: {
          repository: null,
          sha: SHA,
          tag: null,
          branch: null,
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

  const words = [
    ["succeeded", "success"],
    ["failed", "failure"],
    ["failed_finishing", "failure"],
    ["failed_succeeded", "failure"],
    ["killed", "cancelled"],
    ["cancelled", "cancelled"],
    ["execution_stopped", "cancelled"],
    ["skipped", "cancelled"],
    ["SUCCEEDED", "success"],
    ["success", "error"],
    ["something_new", "error"],
    ["constructor", "error"],
  ] as const;
  for (const [status, outcome] of words) {
    it(`with the status ${status} is ${outcome}`, () => {
      expect(build(sent("status", status)).outcome).toBe(outcome);
    });
  }

  for (const status of UNFINISHED) {
    it(`with the status ${status} is not a build yet`, () => {
      expect(whyNot(sent("status", status))).toBe(
        `job publish-model in execution 91823 of train-and-validate is ${status}; send callbacks for success and failure`,
      );
    });
  }

  it("without a version is called as its execution is", () => {
    expect(build(sent("version", undefined)).version).toBe("91823");
    expect(build(sent("version", "")).version).toBe("91823");
  });

  it("takes a number of an execution without quotes", () => {
    expect(build(sent("executionId", 91823)).run?.id).toBe("91823");
  });

  it("has the page of the server that it names, over plain HTTP on Azkaban's port for that", () => {
    const page = (server: unknown) => build(sent("server", server)).run?.url;
    expect(page("azkaban:8081")).toBe("http://azkaban:8081/executor?execid=91823");
    expect(page(undefined)).toBeNull();
    expect(page("evil.example/x?")).toBeNull();
  });

  it("has an artifact where the properties name one", () => {
    const digest = `sha256:${"0b".repeat(32)}`;
    expect(build(sent("artifact", `registry.example/fraud@${digest}`)).artifact).toEqual({
      uri: "registry.example/fraud",
      digest,
    });
  });

  it("with a token that Azkaban does not know is told so", () => {
    for (const [member, value] of [
      ["version", `$${"{model.version}"}`],
      ["flow", "?{flow_name}"],
    ] as const) {
      expect(problem(sent(member, value))).toContain(`${member}: holds a token ?{…} or a property`);
    }
  });

  it("with half a commit is malformed", () => {
    expect(problem(sent("commit", "3484a3f"))).toContain("commit: must be the whole commit id");
  });

  it("has a key that is made of the job, the execution and how it ended", () => {
    const key = (body: unknown) => parse(body).delivery;
    expect(key(sent("artifact", "x"))).toBe(key(CALLBACK));
    for (const [member, value] of [
      ["project", "other"],
      ["executionId", "91824"],
      ["job", "other"],
      ["status", "failed"],
      ["version", "2026.11.23"],
    ] as const) {
      expect(key(sent(member, value))).not.toBe(key(CALLBACK));
    }
  });
});

describe("a callback by POST", () => {
  const post = async (body: Buffer, contentType?: string) => {
    const intake = await start();
    const headers = contentType === undefined ? {} : { "content-type": contentType };
    const posted = await intake.post("/hooks/azkaban", {
      headers: { authorization, ...headers },
      body,
    });
    return { ...posted, dispatched: intake.dispatched };
  };

  it("in ISO-8859-1 is read, whatever Content-Type says", async () => {
    const body = Buffer.from(JSON.stringify({ ...(CALLBACK as object), job: "modèle" }), "latin1");
    for (const type of ["application/json", "text/plain; charset=ISO-8859-1", undefined]) {
      expect(await post(body, type)).toMatchObject({
        status: 202,
        answer: { outcome: "accepted" },
      });
    }
  });

  it("with a quote in a value is told what to change", async () => {
    const body = Buffer.from(JSON.stringify(CALLBACK).replace("2026.11.22", 'a "good" one'));
    const { status, answer } = await post(body, "application/json");
    expect([status, answer.code]).toEqual([400, "not_decodable"]);
    expect(answer.message).toContain("use GET, where values are encoded");
  });

  it("with a value without quotes is told what to change", async () => {
    const body = Buffer.from(JSON.stringify(CALLBACK).replace('"fraud"', "fraud"));
    const { status, answer } = await post(body, "application/json");
    expect(status).toBe(400);
    expect(answer.message).toMatch(/put every \?\{token\} and \$\{property\} between quotes/);
  });
});

describe("a callback by GET, which is Azkaban's default", () => {
  it("is the query of its address", async () => {
    const intake = await start();
    const response = await fetch(`${intake.url}/hooks/azkaban?${QUERY}`, {
      headers: { authorization },
    });
    expect([response.status, await response.json()]).toMatchObject([
      202,
      { outcome: "accepted", releases: ["fraud-detector@2026.11.22"] },
    ]);
    expect(intake.dispatched[0]?.build.commit?.sha).toBe(SHA);
  });

  it("is the same delivery as the same by POST", async () => {
    const intake = await start();
    const headers = { authorization, "content-type": "application/json" };
    await intake.post("/hooks/azkaban", { headers, body: Buffer.from(JSON.stringify(CALLBACK)) });
    const response = await fetch(`${intake.url}/hooks/azkaban?${QUERY}`, { headers });
    expect(await response.json()).toMatchObject({ outcome: "duplicate" });
  });

  it("may hold what would break the JSON of a POST", async () => {
    const intake = await start();
    const query = new URLSearchParams({ ...(CALLBACK as object), job: 'a "b" & c=d\u00e8' });
    const response = await fetch(`${intake.url}/hooks/azkaban?${query}`, {
      headers: { authorization },
    });
    expect(response.status).toBe(202);
  });

  it("is not believed for a token in the address, which is not logged either", async () => {
    const intake = await start();
    for (const name of ["token", "authorization", "Authorization"]) {
      const response = await fetch(`${intake.url}/hooks/azkaban?${QUERY}&${name}=${TOKEN}`);
      const text = await response.text();
      expect(response.status).toBe(401);
      expect(text).not.toContain(TOKEN);
    }
    expect(intake.dispatched).toEqual([]);
    expect(intake.lines.length).toBeGreaterThan(0);
    for (const line of intake.lines) {
      expect(line).not.toContain(TOKEN);
      expect(line).not.toContain("executionId");
    }
  });

  it("with a name twice is refused, since it does not say which counts", async () => {
    const intake = await start();
    const response = await fetch(`${intake.url}/hooks/azkaban?${QUERY}&status=failed`, {
      headers: { authorization },
    });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: "not_decodable", message: "the query has a name twice" },
    ]);
  });

  it("without anything is told what is missing", async () => {
    const intake = await start();
    const response = await fetch(`${intake.url}/hooks/azkaban`, { headers: { authorization } });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { message: expect.stringContaining("project: is missing") },
    ]);
  });

  it("is for a source that takes it: others still take POST alone", async () => {
    const { url } = await start();
    const other = await fetch(`${url}/hooks/ci?x=1`);
    expect([other.status, other.headers.get("allow")]).toEqual([405, "POST"]);
    for (const method of ["PUT", "HEAD", "DELETE"]) {
      const response = await fetch(`${url}/hooks/azkaban`, { method, headers: { authorization } });
      expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, POST"]);
    }
  });
});
