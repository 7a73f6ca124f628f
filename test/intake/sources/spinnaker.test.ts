import { describe, expect, it } from "vitest";
import { spinnakerSource } from "../../../src/intake/sources/spinnaker.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { intakeComponent, intakeRule } from "../../support/intake-policy.ts";
import { receive, testHooks } from "../../support/intake-server.ts";
import { eventReader } from "../../support/only-event.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const ECHO = fixtureJson("spinnaker/echo.orca_pipeline_complete.constructed.json");
const WRAPPED = fixtureJson("spinnaker/echo.wrapped_flattened.constructed.json");
const AS_SENT = fixtureBytes("spinnaker/cdevents-notification.as-sent.constructed.txt");
const CDEVENT = JSON.parse(JSON.parse(AS_SENT.toString()) as string) as unknown;
const SHA = "3484a3fb816e0859fd6e1cea078d76385ff50625";
const DIGEST = "sha256:0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427";
const EXECUTION = "01JDA7T0M5X1Z9C8V7B6N5M4K3";
const TOKEN = "5f0c6a1e9b7d4832";

const { event, build, subject, whyNot, problem, parse } = eventReader(spinnakerSource, "spinnaker");
const execution = (path: readonly string[], value: unknown, body: unknown = ECHO) =>
  withMember(body, ["content", "execution", ...path], value);
const trigger = (path: readonly string[], value: unknown) => execution(["trigger", ...path], value);
const run = (path: readonly string[], value: unknown) =>
  withMember(CDEVENT, ["data", ...path], value);

const settings = sourceSettings({ id: "spinnaker", type: "spinnaker", tokens: [TOKEN] });
const component = intakeComponent({
  name: "svc-checkout",
  repository: "acme/checkout",
  intake: [intakeRule({ source: "spinnaker", workflow: "checkout/Bake and verify" })],
});

async function post(body: Buffer, headers: Readonly<Record<string, string>> = {}) {
  const intake = testHooks({
    hooks: {
      sources: () => ({ spinnaker: settings }),
      components: () => ({ [component.name]: component }),
    },
  });
  const reply = await receive(intake, "spinnaker", {
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${TOKEN}`,
      ...headers,
    },
    body,
  });
  return { reply, traces: [JSON.stringify([reply, intake.dispatched]), ...intake.lines] };
}

describe("an event of Echo", () => {
  it("is read whole", () => {
    expect(event(ECHO)).toEqual({
      kind: "build",
      subject: {
        component: null,
        repository: null,
        event: "pipeline",
        workflow: "checkout/Bake and verify",
        branch: null,
        package: null,
      },
      build: {
        version: "1.42.0",
        outcome: "success",
        source: "spinnaker",
        run: { id: EXECUTION, attempt: 1, url: null },
        trigger: null,
        startedBy: null,
        startedAt: 1795353001000,
        finishedAt: 1795353400000,
        artifact: { uri: "registry.example.com/acme/checkout", digest: DIGEST },
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

  const statuses = [
    ["SUCCEEDED", "success"],
    ["FAILED_CONTINUE", "failure"],
    ["TERMINAL", "failure"],
    ["CANCELED", "cancelled"],
    ["STOPPED", "cancelled"],
    ["SKIPPED", "cancelled"],
    ["RUNNING", "error"],
    ["succeeded", "error"],
    ["toString", "error"],
  ] as const;
  for (const [status, outcome] of statuses) {
    it(`that is complete with the status ${status} is ${outcome}`, () => {
      expect(build(execution(["status"], status)).outcome).toBe(outcome);
    });
  }

  it("that says failed is never a success, whatever its status says", () => {
    expect(build(withMember(ECHO, ["details", "type"], "orca:pipeline:failed")).outcome).toBe(
      "error",
    );
  });

  for (const type of [
    "orca:pipeline:starting",
    "orca:stage:complete",
    "orca:task:complete",
    "orca:orchestration:complete",
    "git",
  ]) {
    it(`of the type ${type} makes no release`, () => {
      expect(whyNot(withMember(ECHO, ["details", "type"], type))).toBe(
        `${type} makes no release; releases are made of orca:pipeline:complete, orca:pipeline:failed`,
      );
    });
  }

  it("of another kind makes none even where its content is unlike a pipeline's", () => {
    expect(whyNot({ details: { type: "docker" }, content: [] })).toContain("makes no release");
  });

  it("is the same wrapped, under whatever name, and flattened", () => {
    const { details, content, eventId } = ECHO as Record<string, unknown>;
    const flat = { eventId, details: JSON.stringify(details), content: JSON.stringify(content) };
    for (const body of [
      { payload: ECHO },
      { eventName: "x", wrapped: ECHO },
      flat,
      { body: flat },
    ]) {
      expect(parse(body)).toEqual(parse(ECHO));
    }
  });

  it("that is wrapped and flattened is read, its application from the details", () => {
    expect(event(WRAPPED)).toMatchObject({
      subject: { workflow: "checkout/Bake and verify" },
      build: { outcome: "failure", version: EXECUTION, run: { id: EXECUTION } },
    });
  });

  const versions: readonly (readonly [string, unknown, string])[] = [
    ["a parameter", ECHO, "1.42.0"],
    ["a parameter that is a number", trigger(["parameters", "version"], 42), "42"],
    [
      "the tag of the trigger",
      execution(["trigger", "tag"], "1.43.0", trigger(["parameters"], undefined)),
      "1.43.0",
    ],
    ["the image", execution(["trigger", "parameters"], undefined), "1.42.0"],
    ["the execution, where nothing else is", execution(["trigger"], undefined), EXECUTION],
  ];
  for (const [name, body, version] of versions) {
    it(`has the version of ${name}`, () => expect(build(body).version).toBe(version));
  }

  it("whose version is none makes no release", () => {
    expect(whyNot(trigger(["parameters", "version"], "two words"))).toContain(
      "must be 1 to 128 visible characters",
    );
  });

  it("with two images has no artifact, since it does not say which", () => {
    const image = { type: "docker/image", reference: "registry.example.com/a:1" };
    expect(build(trigger(["artifacts"], [image, image])).artifact).toBeNull();
    expect(build(trigger(["artifacts"], [{ ...image, type: "gcs/object" }])).artifact).toBeNull();
    expect(build(trigger(["artifacts"], [image])).artifact).toEqual({
      uri: "registry.example.com/a:1",
      digest: null,
    });
  });

  it("on a push has the commit, the branch and the repository of the push", () => {
    const push = { type: "git", project: "acme", slug: "checkout", branch: "main", hash: SHA };
    expect(event(trigger([], push))).toMatchObject({
      subject: { repository: null, branch: "main" },
      build: { trigger: "code", commit: { repository: "acme/checkout", sha: SHA, branch: "main" } },
    });
  });

  it("that somebody started names them", () => {
    expect(build(trigger(["type"], "manual"))).toMatchObject({
      trigger: "manual",
      startedBy: "alice@example.com",
    });
    expect(build(trigger(["type"], "cron"))).toMatchObject({
      trigger: "schedule",
      startedBy: null,
    });
  });

  it("holds what other systems sent to Spinnaker, which is dropped", async () => {
    const secret = "Bearer of-another-system";
    const body = withMember(ECHO, ["details", "requestHeaders"], { authorization: [secret] });
    const { reply, traces } = await post(Buffer.from(JSON.stringify(body)));
    expect(reply.status).toBe(202);
    for (const trace of traces) expect(trace).not.toContain("of-another-system");
    expect(JSON.stringify(parse(body))).not.toContain("of-another-system");
  });

  it("has its eventId for its key, else what it says", () => {
    expect(parse(ECHO).delivery).toBe("5b7c0a0e-8b0e-4c8a-9d5b-7f4a1c2d3e4f");
    const made = parse(withMember(ECHO, ["eventId"], undefined)).delivery;
    expect(made).toMatch(/^made-[0-9a-f]{64}$/);
    expect(parse(withMember(ECHO, ["eventId"], "no id")).delivery).toBe(made);
  });

  it("without its execution is malformed", () => {
    expect(problem(withMember(ECHO, ["content", "execution"], undefined))).toBe(
      "content.execution: is missing",
    );
    expect(problem({})).toBe("details: is missing");
    expect(problem([])).toContain("the body:");
  });
});

describe("the CDEvents notification", () => {
  it("is read, though it is a structured event, encoded twice, that calls itself JSON", async () => {
    const { reply } = await post(AS_SENT, {
      "ce-id": "3b9f1c2d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
      "ce-specversion": "1.0",
      "ce-type": "dev.cdevents.pipelinerun.finished.0.1.1",
    });
    expect(reply.answer).toMatchObject({
      outcome: "accepted",
      delivery: "3b9f1c2d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
      releases: [`svc-checkout@${EXECUTION}`],
    });
  });

  it("is read encoded once, and with the media type of a CloudEvent", async () => {
    const body = Buffer.from(JSON.stringify(CDEVENT));
    const { reply } = await post(body, { "content-type": "application/cloudevents+json" });
    expect(reply.status).toBe(202);
  });

  it("is read whole", () => {
    expect(event(CDEVENT)).toMatchObject({
      kind: "build",
      subject: {
        repository: null,
        event: "pipeline",
        workflow: "checkout/Bake and verify",
      },
      build: {
        version: EXECUTION,
        outcome: "success",
        run: {
          id: EXECUTION,
          attempt: 1,
          url: `https://spinnaker.example.com/#/applications/checkout/executions/${EXECUTION}`,
        },
        finishedAt: Date.parse("2026-11-22T13:16:45Z"),
        commit: { repository: null, sha: SHA },
      },
    });
  });

  it("takes a version and an artifact from its custom data", () => {
    const custom = { version: "1.42.0", artifact: `registry.example.com/a@${DIGEST}`, extra: {} };
    expect(build(run(["customData"], custom))).toMatchObject({
      version: "1.42.0",
      artifact: { uri: "registry.example.com/a", digest: DIGEST },
      commit: null,
    });
    expect(build(run(["customData"], "text")).version).toBe(EXECUTION);
  });

  const outcomes = [
    ["success", "success"],
    ["failure", "failure"],
    ["error", "error"],
    ["SUCCESS", "error"],
    [undefined, "error"],
  ] as const;
  for (const [outcome, expected] of outcomes) {
    it(`with the outcome ${outcome} is ${expected}`, () => {
      expect(build(run(["subject", "content", "outcome"], outcome)).outcome).toBe(expected);
    });
  }

  it("without its page is of the pipeline alone", () => {
    expect(subject(run(["subject", "content", "url"], undefined)).workflow).toBe("Bake and verify");
  });

  for (const type of [
    "dev.cdevents.pipelinerun.started.0.1.1",
    "dev.cdevents.taskrun.finished.0.1.1",
    "dev.cdevents.pipelinerun.finished.1.0.0",
  ]) {
    it(`of the type ${type} makes no release`, () => {
      expect(whyNot(withMember(CDEVENT, ["type"], type))).toContain(`${type} makes no release`);
    });
  }

  it("without its subject is malformed", () => {
    expect(problem(run(["subject"], undefined))).toBe("data.subject: is missing");
    expect(problem(withMember(CDEVENT, ["id"], undefined))).toBe("id: is missing");
  });
});
