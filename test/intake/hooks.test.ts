import { describe, expect, it } from "vitest";
import type { ComponentPolicy, JoinPolicy } from "../../src/core/policy.ts";
import { decodeJson } from "../../src/intake/sources/decode.ts";
import { SOURCE_ADAPTERS } from "../../src/intake/sources/registry.ts";
import type {
  BuildSubject,
  ParsedEvent,
  ReportedBuild,
  SourceAdapter,
} from "../../src/intake/sources/source.ts";
import { fixtureJson, withMember } from "../support/intake-fixture.ts";
import { byName, intakeComponent, intakeRule } from "../support/intake-policy.ts";
import { CHECKOUT, receive, SOURCES, testHooks } from "../support/intake-server.ts";
import { Unavailable } from "../support/recording-dispatch.ts";
import {
  GITHUB_SECRET,
  OTHER_REPORT_SECRET,
  REPORT_SECRET,
  type SignedPost,
  signedByGithub,
  signedReport,
} from "../support/signed-request.ts";
import { sourceSettings } from "../support/source-settings.ts";

const REPORT = {
  component: "model-pymk",
  version: "1",
  outcome: "success",
  run: { id: "1" },
};
const WORKFLOW_RUN = fixtureJson("github/workflow_run.completed.min.constructed.json");
const DELIVERY = "72d3162e-cc78-11e3-81ab-4c9367dc0958";

const WORKER = intakeComponent({
  name: "svc-worker",
  repository: "acme/checkout",
  intake: [intakeRule({ source: "github", workflow: ".github/workflows/build.yml" })],
});
const bothComponents = () => byName(CHECKOUT, WORKER);

describe("repetition", () => {
  it("the same delivery twice is recorded once", async () => {
    const intake = testHooks();
    const first = await receive(intake, "ci", signedReport(REPORT));
    const second = await receive(intake, "ci", signedReport(REPORT));
    expect([first.status, second.status]).toEqual([202, 200]);
    expect(second.answer).toEqual({
      outcome: "duplicate",
      code: "duplicate",
      message: "already recorded as model-pymk@1",
      delivery: "msg_1",
      releases: ["model-pymk@1"],
    });
    expect(intake.dispatched).toHaveLength(1);
  });

  it("the same id at another source is another delivery", async () => {
    const sources = {
      ...SOURCES,
      lab: sourceSettings({ id: "lab", type: "report", secrets: [REPORT_SECRET] }),
    };
    const component = intakeComponent({ intake: [intakeRule(), intakeRule({ source: "lab" })] });
    const intake = testHooks({
      hooks: { sources: () => sources, components: () => byName(component) },
    });
    await receive(intake, "ci", signedReport(REPORT));
    await receive(intake, "lab", signedReport(REPORT));
    expect(intake.dispatched.flatMap(({ commandIds }) => commandIds)).toEqual([
      "ci:msg_1:model-pymk",
      "lab:msg_1:model-pymk",
    ]);
  });
});

describe("rotation of a secret", () => {
  function rotating(type: "report" | "github", secrets: readonly string[]) {
    const sources = {
      ...SOURCES,
      [type === "report" ? "ci" : "github"]: sourceSettings({
        id: type === "report" ? "ci" : "github",
        type,
        secrets,
        repositories: ["acme/*"],
      }),
    };
    return testHooks({ hooks: { sources: () => sources } });
  }

  it("the old and the new secret are both valid for reports", async () => {
    const intake = rotating("report", [OTHER_REPORT_SECRET, REPORT_SECRET]);
    const old = await receive(intake, "ci", signedReport(REPORT, { id: "a" }));
    const fresh = await receive(
      intake,
      "ci",
      signedReport(REPORT, { id: "b", secret: OTHER_REPORT_SECRET }),
    );
    expect([old.status, fresh.status]).toEqual([202, 202]);
  });

  it("the old and the new secret are both valid for GitHub", async () => {
    const intake = rotating("github", ["the new one", GITHUB_SECRET]);
    const post = (secret: string, delivery: string) =>
      receive(intake, "github", signedByGithub("workflow_run", WORKFLOW_RUN, { secret, delivery }));
    expect((await post(GITHUB_SECRET, "a")).status).toBe(202);
    expect((await post("the new one", "b")).status).toBe(202);
    expect((await post("neither", "c")).status).toBe(401);
  });

  it("without a secret nothing is accepted, not even what is signed with an empty one", async () => {
    const none = rotating("github", []);
    const empty = rotating("github", [""]);
    const post = signedByGithub("workflow_run", WORKFLOW_RUN, { secret: "" });
    expect((await receive(none, "github", post)).status).toBe(401);
    expect((await receive(empty, "github", post)).status).toBe(401);
    expect((await receive(rotating("report", []), "ci", signedReport(REPORT))).status).toBe(401);
  });

  it("a changed configuration counts from the next request on", async () => {
    let secrets = [REPORT_SECRET];
    const intake = testHooks({
      hooks: { sources: () => ({ ci: sourceSettings({ id: "ci", type: "report", secrets }) }) },
    });
    expect((await receive(intake, "ci", signedReport(REPORT))).status).toBe(202);
    secrets = [OTHER_REPORT_SECRET];
    expect((await receive(intake, "ci", signedReport(REPORT))).status).toBe(401);
  });
});

describe("two components that one workflow concerns", () => {
  const post = signedByGithub("workflow_run", WORKFLOW_RUN);

  it("are told each, by a command of its own", async () => {
    const intake = testHooks({ hooks: { components: bothComponents } });
    const reply = await receive(intake, "github", post);
    expect(reply).toEqual({
      status: 202,
      headers: {},
      answer: {
        outcome: "accepted",
        code: "accepted",
        message: "recorded as svc-checkout@562.2; recorded as svc-worker@562.2",
        delivery: DELIVERY,
        releases: ["svc-checkout@562.2", "svc-worker@562.2"],
      },
    });
    expect(intake.dispatched.map(({ component, commandIds }) => [component, commandIds])).toEqual([
      ["svc-checkout", [`github:${DELIVERY}:svc-checkout`]],
      ["svc-worker", [`github:${DELIVERY}:svc-worker`]],
    ]);
  });

  it("are on the disk when many come at once, and the sender is told that nobody has decided yet", async () => {
    const queued = { kind: "queued", release: "svc-worker@562.2" } as const;
    const both = testHooks({
      respond: { "svc-worker": queued },
      hooks: { components: bothComponents },
    });
    expect((await receive(both, "github", post)).answer).toMatchObject({
      outcome: "accepted",
      code: "accepted",
      message:
        "recorded as svc-checkout@562.2; on the disk, to be recorded in its turn as svc-worker@562.2",
    });
    const waiting = { ...queued, release: "svc-checkout@562.2" };
    const neither = testHooks({
      respond: { "svc-checkout": waiting, "svc-worker": queued },
      hooks: { components: bothComponents },
    });
    expect(await receive(neither, "github", post)).toMatchObject({
      status: 202,
      answer: {
        outcome: "accepted",
        code: "queued",
        releases: ["svc-checkout@562.2", "svc-worker@562.2"],
      },
    });
  });

  it("one that the store cannot take makes the sender try again, and a redelivery completes the rest", async () => {
    const respond: Record<string, Error> = { "svc-worker": new Unavailable("full") };
    const intake = testHooks({ respond, hooks: { components: bothComponents } });
    const first = await receive(intake, "github", post);
    expect(first).toEqual({
      status: 503,
      headers: { "retry-after": "5" },
      answer: {
        outcome: "unavailable",
        code: "store_unavailable",
        message: "the store cannot take it now: send the same delivery again",
        delivery: DELIVERY,
        releases: ["svc-checkout@562.2"],
      },
    });
    delete respond["svc-worker"];
    const second = await receive(intake, "github", post);
    expect({ status: second.status, answer: second.answer }).toEqual({
      status: 202,
      answer: {
        outcome: "accepted",
        code: "accepted",
        message: "recorded as svc-worker@562.2; already recorded as svc-checkout@562.2",
        delivery: DELIVERY,
        releases: ["svc-checkout@562.2", "svc-worker@562.2"],
      },
    });
    expect(intake.dispatched.map(({ component }) => component)).toEqual([
      "svc-checkout",
      "svc-worker",
    ]);
  });

  it("one that refuses does not hide that the other took it", async () => {
    const intake = testHooks({
      respond: {
        "svc-worker": {
          kind: "refused",
          release: null,
          refusal: { code: "version_conflict", sentence: "562.2 is another build" },
        },
      },
      hooks: { components: bothComponents },
    });
    const reply = await receive(intake, "github", post);
    expect({ status: reply.status, message: reply.answer.message }).toEqual({
      status: 202,
      message: "recorded as svc-checkout@562.2; version: 562.2 is another build",
    });
  });

  it("an error in between is an error of the whole", async () => {
    const intake = testHooks({
      respond: { "svc-worker": new Error("a bug") },
      hooks: { components: bothComponents },
    });
    await expect(receive(intake, "github", post)).rejects.toThrow("a bug");
  });
});

describe("what a component's builds are completed with", () => {
  it("a report that names no repository is of the component's", async () => {
    const intake = testHooks();
    await receive(intake, "ci", signedReport({ ...REPORT, commit: { sha: "A".repeat(40) } }));
    expect(intake.dispatched.map(({ build }) => build.commit)).toEqual([
      {
        repository: "acme/pymk",
        sha: "a".repeat(40),
        tag: null,
        branch: null,
        author: null,
        subject: null,
      },
    ]);
  });

  it("a report without a commit stays without one", async () => {
    const intake = testHooks();
    await receive(intake, "ci", signedReport(REPORT));
    expect(intake.dispatched.map(({ build }) => build.commit)).toEqual([null]);
  });
});

const RUN = { id: "train-7", attempt: 1, url: null };
const NO_MORE_OF_A_COMMIT = { tag: null, branch: null, author: null, subject: null };

describe("systems of other kinds", () => {
  const BUILD: ReportedBuild = {
    version: "7",
    outcome: "success",
    source: "registry",
    run: null,
    trigger: null,
    startedBy: null,
    startedAt: null,
    finishedAt: null,
    artifact: null,
    commit: null,
    metrics: {},
    slices: {},
    tests: null,
    checks: [],
    datasets: [],
    notes: null,
  };
  const SUBJECT: BuildSubject = {
    component: null,
    repository: null,
    event: "model_version.created",
    workflow: null,
    branch: null,
    package: "pymk",
  };

  /** A registry that sends several events at once, with a token and without a Content-Type. */
  function registry(events: readonly ParsedEvent[]): SourceAdapter {
    return {
      mediaTypes: { "": decodeJson },
      verify: ({ headers }, { tokens }) =>
        tokens.includes(headers["x-token"] ?? "")
          ? { kind: "verified" }
          : { kind: "refused", code: "signature_wrong", message: "wrong token" },
      parse: () => ({ kind: "delivery", delivery: "d1", events }),
    };
  }

  function hooksFor(events: readonly ParsedEvent[], overrides: Partial<ComponentPolicy> = {}) {
    const settings = sourceSettings({ id: "registry", type: "registry", tokens: ["t"] });
    const component = intakeComponent({
      intake: [intakeRule({ source: "registry", package: "pymk" })],
      ...overrides,
    });
    return testHooks({
      hooks: {
        adapters: { ...SOURCE_ADAPTERS, registry: registry(events) },
        sources: () => ({ registry: settings }),
        components: () => byName(component),
      },
    });
  }

  const post: SignedPost = { headers: { "x-token": "t" }, body: Buffer.from("{}") };

  it("are matched by their rules alone where events name neither component nor repository", async () => {
    const intake = hooksFor([{ kind: "build", subject: SUBJECT, build: BUILD }]);
    expect((await receive(intake, "registry", post)).status).toBe(202);
    expect(intake.dispatched).toEqual([
      { component: "model-pymk", build: BUILD, commandIds: ["registry:d1:model-pymk"] },
    ]);
  });

  it("several events of one delivery for one component are several commands", async () => {
    const intake = hooksFor([
      { kind: "build", subject: SUBJECT, build: BUILD },
      { kind: "unsupported", code: "event_not_supported", message: "a tag was set" },
      { kind: "build", subject: SUBJECT, build: { ...BUILD, version: "8" } },
    ]);
    const reply = await receive(intake, "registry", post);
    expect(reply.answer).toEqual({
      outcome: "accepted",
      code: "accepted",
      message: "recorded as model-pymk@7; recorded as model-pymk@8; a tag was set",
      delivery: "d1",
      releases: ["model-pymk@7", "model-pymk@8"],
    });
    expect(intake.dispatched.flatMap(({ commandIds }) => commandIds)).toEqual([
      "registry:d1:model-pymk",
      "registry:d1:model-pymk:2",
    ]);
  });

  it("events of a run are handed on as they are, and none of them says which release it will be", async () => {
    const { version: _version, outcome: _outcome, ...rest } = BUILD;
    const commit = { repository: null, sha: "a".repeat(40), ...NO_MORE_OF_A_COMMIT };
    const fragment = { ...rest, version: null, outcome: null, run: RUN };
    const intake = hooksFor([
      { kind: "fragment", subject: SUBJECT, fragment },
      { kind: "fragment", subject: SUBJECT, fragment: { ...fragment, commit } },
    ]);
    const reply = await receive(intake, "registry", post);
    expect(reply.answer).toMatchObject({ outcome: "accepted", message: "recorded", releases: [] });
    expect(intake.fragments).toEqual([
      { component: "model-pymk", fragment, commandIds: ["registry:d1:model-pymk"] },
      {
        component: "model-pymk",
        fragment: { ...fragment, commit: { ...commit, repository: "acme/pymk" } },
        commandIds: ["registry:d1:model-pymk:1"],
      },
    ]);
  });

  it("where reports are joined, each says which part it is: that of its rule, or else its source", async () => {
    const join: JoinPolicy = { by: "version", wait: 1, parts: ["model", "registry"] };
    const event = (name: string | null): ParsedEvent => ({
      kind: "build",
      subject: { ...SUBJECT, event: name },
      build: BUILD,
    });
    const fragment = { kind: "fragment" as const, fragment: { ...BUILD, run: RUN } };
    const intake = hooksFor(
      [event("model_version.created"), event("tag"), { ...fragment, subject: SUBJECT }],
      {
        join,
        intake: [
          intakeRule({ source: "ci", part: "none" }),
          intakeRule({
            source: "registry",
            package: "pymk",
            event: "model_version.created",
            part: "model",
          }),
          intakeRule({ source: "registry", package: "pymk" }),
        ],
      },
    );
    await receive(intake, "registry", post);
    expect(intake.dispatched.map(({ part }) => part)).toEqual(["model", "registry"]);
    expect(intake.fragments.map(({ part }) => part)).toEqual(["model"]);
  });

  it("a delivery without an event is ignored", async () => {
    const reply = await receive(hooksFor([]), "registry", post);
    expect({ status: reply.status, answer: reply.answer }).toEqual({
      status: 200,
      answer: {
        outcome: "ignored",
        code: "nothing_reported",
        message: "the delivery holds no event",
        delivery: "d1",
        releases: [],
      },
    });
  });

  it("a type that nobody wrote is an error, not a source that lets everything in", async () => {
    const intake = testHooks({
      hooks: {
        sources: () => ({ x: sourceSettings({ id: "x", type: "toString" }) }),
      },
    });
    await expect(receive(intake, "x", post)).rejects.toThrow(
      "source x has the unknown type toString",
    );
  });
});

describe("a workflow that no component asks for", () => {
  it("is ignored, and the answer says which rule did not match", async () => {
    const intake = testHooks({
      hooks: {
        components: () =>
          byName({
            ...CHECKOUT,
            intake: [
              intakeRule({
                source: "github",
                workflow: ".github/workflows/train.yml",
                branch: "main",
              }),
            ],
          }),
      },
    });
    const dev = withMember(WORKFLOW_RUN, ["workflow_run", "head_branch"], "dev");
    const reply = await receive(intake, "github", signedByGithub("workflow_run", dev));
    expect({ status: reply.status, answer: reply.answer }).toEqual({
      status: 200,
      answer: {
        outcome: "ignored",
        code: "no_rule_matches",
        message:
          "no component asks for this: svc-checkout wants workflow .github/workflows/train.yml, this has .github/workflows/build.yml and wants branch main, this has dev",
        delivery: DELIVERY,
        releases: [],
      },
    });
    expect(intake.dispatched).toEqual([]);
  });
});
