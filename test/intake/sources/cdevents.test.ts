import { describe, expect, it } from "vitest";
import { cdeventsSource } from "../../../src/intake/sources/cdevents.ts";
import { readPackageUrl } from "../../../src/intake/sources/package-url.ts";
import type { ParsedEvent, ReportedFragment } from "../../../src/intake/sources/source.ts";
import { fixtureBytes, fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { NOW } from "../../support/signed-request.ts";

const fixture = (name: string) => fixtureJson(`cdevents/in.${name}.constructed.json`);
const BUILD = fixture("build_finished.0.5.1");
const STRUCTURED = fixture("build_finished.structured");
const PACKAGED = fixture("artifact_packaged.0.5.1");
const TESTS = fixture("testsuiterun_finished.0.5.1");
const PIPELINE = fixture("pipelinerun_finished.0.5.1");
const DETECTED = fixture("incident_detected.0.5.1");
const RESOLVED = fixture("incident_resolved.0.5.1");
const CHAIN = "4c8cb7dd-3448-41de-8768-eec704e2829b";
const SHA = "3484a3fb816e0859fd6e1cea078d76385ff50625";
const DIGEST = "sha256:0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427";

function parse(body: unknown) {
  return cdeventsSource.parse({ source: "cd", headers: {}, body }, NOW);
}

function delivered(body: unknown) {
  const parsed = parse(body);
  if (parsed.kind === "malformed") throw new Error(parsed.message);
  return parsed;
}

function problem(body: unknown): string {
  const parsed = parse(body);
  if (parsed.kind !== "malformed") throw new Error("it is well formed");
  return parsed.message;
}

function only(body: unknown): ParsedEvent {
  const [event, ...others] = delivered(body).events;
  if (event === undefined || others.length > 0) throw new Error("not one event");
  return event;
}

function fragment(body: unknown): ReportedFragment {
  const event = only(body);
  if (event.kind !== "fragment") throw new Error(JSON.stringify(event));
  return event.fragment;
}

function withType(body: unknown, type: string): unknown {
  return withMember(body, ["context", "type"], `dev.cdevents.${type}.0.3.0`);
}

const ARTIFACT = { uri: "registry.example.com/acme/checkout", digest: DIGEST };

describe("a finished build of CDEvents", () => {
  it("ends the run of its chain", () => {
    expect(only(BUILD)).toEqual({
      kind: "fragment",
      subject: {
        component: null,
        repository: "acme/checkout",
        event: "build.finished",
        workflow: null,
        branch: "main",
        package: "checkout",
      },
      fragment: {
        version: "1.42.0",
        outcome: "success",
        source: "cd",
        run: { id: CHAIN, attempt: 1, url: "https://ci.example.com/acme/checkout/562" },
        trigger: null,
        startedBy: null,
        startedAt: Date.parse("2026-11-22T13:10:06Z"),
        finishedAt: Date.parse("2026-11-22T13:16:45Z"),
        artifact: ARTIFACT,
        commit: {
          repository: "acme/checkout",
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

  it.each(["0.4.1", "0.3.0"])("of version %s is the same, in a run of its own", (version) => {
    const older = fragment(fixture(`build_finished.${version}`));
    expect(older).toEqual({ ...fragment(BUILD), run: { ...older.run, id: "checkout-562" } });
  });

  it("of 0.5.0, whose schemas wanted the version twice, is understood", () => {
    expect(fragment(withMember(BUILD, ["context", "version"], "0.5.0"))).toEqual(fragment(BUILD));
  });

  it.each([
    { what: "structured", body: STRUCTURED },
    { what: "a batch of one", body: [STRUCTURED] },
    {
      what: "structured, in base64",
      body: {
        ...(withMember(STRUCTURED, ["data"], undefined) as object),
        data_base64: Buffer.from(JSON.stringify(BUILD)).toString("base64"),
      },
    },
  ])("is the same where it is $what", ({ body }) => {
    expect(only(body)).toEqual(only(BUILD));
  });

  it("is the same where it is encoded twice, and called plain JSON", () => {
    const twice = Buffer.from(JSON.stringify(JSON.stringify(STRUCTURED)));
    const decoded = cdeventsSource.mediaTypes["application/json"]?.(twice);
    expect(decoded?.kind === "decoded" && only(decoded.value)).toEqual(only(BUILD));
    const bytes = fixtureBytes("cdevents/in.build_finished.0.5.1.constructed.json");
    expect(cdeventsSource.mediaTypes["application/cloudevents+json"]?.(bytes)).toEqual({
      kind: "decoded",
      value: BUILD,
    });
  });

  it("is known by its source and id", () => {
    const { delivery } = delivered(BUILD);
    expect(delivered(STRUCTURED).delivery).toBe(delivery);
    const other = withMember(BUILD, ["context", "source"], "https://other.example.com");
    expect(delivered(other).delivery).not.toBe(delivery);
  });

  it.each([
    ["failure", "failure"],
    ["cancel", "cancelled"],
    ["error", "error"],
    ["whatever", "error"],
    [undefined, "success"],
  ])("whose sender says %s is a %s", (said, outcome) => {
    expect(fragment(withMember(BUILD, ["customData", "outcome"], said)).outcome).toBe(outcome);
  });

  it("that names no artifact and no outcome is not known to have succeeded", () => {
    const silent = withMember(
      withMember(BUILD, ["customData"], undefined),
      ["subject", "content"],
      {},
    );
    expect(fragment(silent)).toMatchObject({ outcome: "error", version: null, commit: null });
    const odd = withMember(
      withMember(BUILD, ["customData"], undefined),
      ["subject", "content", "artifactId"],
      "no purl",
    );
    expect(fragment(odd)).toMatchObject({ outcome: "error", artifact: null });
  });

  it("may say what else it knows", () => {
    const known = withMember(BUILD, ["customData"], {
      component: "svc-checkout",
      author: "Dana@acme.test",
      metrics: { auc: 0.81 },
      inputs: [{ name: "hive.edges", version: "2026-11-21", rows: 12 }],
      anything: { else: true },
    });
    expect(only(known)).toMatchObject({
      subject: { component: "svc-checkout", repository: null },
      fragment: {
        version: "0b31b1c02ff4",
        commit: { repository: null, author: "dana@acme.test" },
        metrics: { auc: 0.81 },
        datasets: [{ name: "hive.edges", version: "2026-11-21", digest: null, rows: 12 }],
      },
    });
    expect(fragment(withMember(BUILD, ["customData"], "AAEC"))).toMatchObject({ commit: null });
  });
});

describe("an artifact of CDEvents", () => {
  it("that was packaged is named by its subject, and made of a change", () => {
    expect(only(PACKAGED)).toMatchObject({
      subject: { repository: "acme/checkout", event: "artifact.packaged", package: "checkout" },
      fragment: {
        version: "0b31b1c02ff4",
        outcome: "success",
        run: { id: CHAIN },
        artifact: ARTIFACT,
        commit: { repository: "acme/checkout", sha: SHA },
      },
    });
  });

  it("may be made of a pull request, which is no commit", () => {
    const pull = withMember(PACKAGED, ["subject", "content", "change", "id"], "41");
    expect(fragment(pull).commit).toBeNull();
  });

  it("that was published is one too", () => {
    const published = withMember(withType(PACKAGED, "artifact.published"), ["subject", "content"], {
      user: "ci",
    });
    expect(fragment(published)).toMatchObject({ outcome: "success", commit: null });
  });
});

describe("a suite of tests of CDEvents", () => {
  it("is evidence on the run of its chain, and does not end it", () => {
    expect(only(TESTS)).toMatchObject({
      subject: { event: "testsuiterun.finished", workflow: "model-gate", repository: null },
      fragment: {
        outcome: null,
        run: { id: CHAIN },
        checks: [
          {
            name: "Model gate",
            status: "fail",
            expected: null,
            actual: "latency_p99_ms 212 > 200",
          },
        ],
      },
    });
  });

  it.each([
    ["success", "pass"],
    ["pass", "pass"],
    ["fail", "fail"],
    ["cancel", "skip"],
    ["error", "error"],
    ["?", "error"],
    [undefined, "error"],
  ])("that came to %s is a %s", (outcome, status) => {
    const body = withMember(TESTS, ["subject", "content", "outcome"], outcome);
    expect(fragment(body).checks[0]?.status).toBe(status);
  });

  it("is named by its id, or by that of its run", () => {
    const nameless = withMember(TESTS, ["subject", "content", "testSuite", "name"], undefined);
    expect(fragment(nameless).checks[0]?.name).toBe("model-gate");
    const none = withMember(TESTS, ["subject", "content", "testSuite"], undefined);
    expect(fragment(none).checks[0]?.name).toBe("model-gate-17");
  });

  it("without a chain is about no run", () => {
    expect(only(fixture("testsuiterun_finished.0.4.1"))).toEqual({
      kind: "unsupported",
      code: "run_unknown",
      message:
        "the test suite names no run: send context.chainId, the same as in the event of the build",
    });
  });
});

describe("a pipeline of CDEvents", () => {
  it("must be named by a rule, for a deployment is a pipeline too", () => {
    expect(only(PIPELINE)).toMatchObject({
      subject: {
        event: "pipelinerun.finished",
        onlyWhereNamed: true,
        workflow: "checkout-release",
      },
      fragment: {
        outcome: "failure",
        version: null,
        run: { id: CHAIN, url: "https://ci.example.com/acme/checkout/pipelines/562" },
        notes: "the last step failed",
      },
    });
  });

  it("has its page under another name in older versions, and no other protocol is followed", () => {
    const older = withMember(
      withMember(PIPELINE, ["subject", "content", "uri"], undefined),
      ["subject", "content", "url"],
      "https://ci.example.com/1",
    );
    expect(fragment(older).run.url).toBe("https://ci.example.com/1");
    const odd = withMember(PIPELINE, ["subject", "content", "uri"], "javascript:1");
    expect(fragment(odd).run.url).toBeNull();
  });

  it("without an outcome is an error", () => {
    const silent = withMember(PIPELINE, ["subject", "content", "outcome"], undefined);
    expect(fragment(silent).outcome).toBe("error");
  });
});

describe("an incident of CDEvents", () => {
  it("is an alert about a service in an environment", () => {
    expect(only(DETECTED)).toEqual({
      kind: "alert",
      alert: {
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        status: "firing",
        name: "incident INC-4711",
        labels: {
          alertname: "incident",
          incident: "INC-4711",
          environment: "production",
          service: "checkout",
          artifact:
            "pkg:oci/checkout@sha256%3A0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427?repository_url=registry.example.com/acme",
          version: "0b31b1c02ff4",
        },
        summary: "checkout answers 5xx",
        startsAt: Date.parse("2026-11-22T13:25:00Z"),
        endsAt: null,
        url: null,
        because: "condition",
      },
    });
  });

  it("that is resolved is the same alert", () => {
    const [detected, resolved] = [only(DETECTED), only(RESOLVED)];
    if (detected.kind !== "alert" || resolved.kind !== "alert") throw new Error("no alerts");
    expect(resolved.alert).toEqual({
      ...detected.alert,
      status: "resolved",
      startsAt: Date.parse("2026-11-22T13:40:00Z"),
      endsAt: Date.parse("2026-11-22T13:40:00Z"),
    });
    expect(only(withType(DETECTED, "incident.reported")).kind).toBe("alert");
  });

  it("may say no more than where it is", () => {
    const bare = withMember(DETECTED, ["subject", "content"], { environment: { id: "staging" } });
    expect(only(bare)).toMatchObject({
      alert: {
        labels: { alertname: "incident", incident: "INC-4711", environment: "staging" },
        summary: null,
      },
    });
    expect(only(withMember(DETECTED, ["subject", "content"], undefined)).kind).toBe("alert");
  });
});

describe("any other event of CDEvents", () => {
  it("is ignored by its name", () => {
    expect(only(withType(BUILD, "service.deployed"))).toMatchObject({
      code: "event_not_supported",
      message: "service.deployed tells what is deployed, of which Slipway is told by its deployers",
    });
    expect(only(withType(BUILD, "change.merged"))).toMatchObject({
      message: expect.stringContaining(
        "change.merged makes no release; releases are made of build.finished, artifact.packaged",
      ),
    });
  });

  it("is refused where it is none", () => {
    expect(problem({})).toBe("context: is missing; subject: is missing");
    expect(problem("text")).toContain("the body");
    expect(problem({ specversion: "1.0", data_base64: "!" })).toContain("context: is missing");
    expect(problem([BUILD, {}])).toBe(
      "event 2 of the batch: context: is missing; subject: is missing",
    );
    expect(problem(Array(1_001).fill(BUILD))).toBe("a batch has at most 1000 events");
    expect(problem(withMember(BUILD, ["context", "type"], "com.example.build"))).toContain(
      "context.type: must be a type of CDEvents",
    );
    expect(problem(withMember(BUILD, ["customData", "version"], 3))).toContain("customData");
  });
});

describe("a package URL", () => {
  const CASES: readonly (readonly [string, ReturnType<typeof readPackageUrl>])[] = [
    [
      `pkg:oci/checkout@${encodeURIComponent(DIGEST)}?repository_url=ghcr.io/acme/checkout&tag=1.42.0`,
      {
        name: "checkout",
        version: "1.42.0",
        artifact: { uri: "ghcr.io/acme/checkout:1.42.0", digest: DIGEST },
      },
    ],
    [
      "pkg:npm/%40acme/feed@2.3.0",
      {
        name: "@acme/feed",
        version: "2.3.0",
        artifact: { uri: "pkg:npm/%40acme/feed@2.3.0", digest: null },
      },
    ],
    [
      "pkg:generic/pymk",
      { name: "pymk", version: null, artifact: { uri: "pkg:generic/pymk", digest: null } },
    ],
    [
      "pkg:oci/checkout@sha256%3Ax",
      {
        name: "checkout",
        version: "sha256:x",
        artifact: { uri: "pkg:oci/checkout@sha256%3Ax", digest: null },
      },
    ],
    ["checkout-562", null],
    ["", null],
  ];

  it.each(CASES)("%s is read", (text, expected) => {
    expect(readPackageUrl(text)).toEqual(expected);
  });
});
