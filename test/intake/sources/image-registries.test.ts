import { describe, expect, it } from "vitest";
import { dockerhubSource } from "../../../src/intake/sources/dockerhub.ts";
import { harborSource } from "../../../src/intake/sources/harbor.ts";
import { ociRegistrySource } from "../../../src/intake/sources/oci-registry.ts";
import type { ParsedEvent, SourceAdapter } from "../../../src/intake/sources/source.ts";
import { fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { NOW } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const PUSH = fixtureJson("oci-distribution/push.manifest.captured.json");
const SEVERAL = fixtureJson("oci-distribution/several.constructed.json");
const HUB = fixtureJson("dockerhub/push.min.constructed.json");
const HARBOR = fixtureJson("harbor/PUSH_ARTIFACT.min.constructed.json");
const HARBOR_EVENT = fixtureJson("harbor/cloudevents.artifact.pushed.constructed.json");
const PULLED = fixtureJson("harbor/cloudevents.artifact.pulled.constructed.json");
const SCAN = fixtureJson("harbor/SCANNING_COMPLETED.constructed.json");
const DIGEST = "sha256:0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427";

type Path = readonly (string | number)[];

function delivered(adapter: SourceAdapter, body: unknown) {
  const parsed = adapter.parse({ source: "registry", headers: {}, body }, NOW);
  if (parsed.kind === "malformed") throw new Error(parsed.message);
  return parsed;
}

function problem(adapter: SourceAdapter, body: unknown): string {
  const parsed = adapter.parse({ source: "registry", headers: {}, body }, NOW);
  if (parsed.kind !== "malformed") throw new Error("it is well formed");
  return parsed.message;
}

function only(adapter: SourceAdapter, body: unknown): ParsedEvent {
  const [event, ...others] = delivered(adapter, body).events;
  if (event === undefined || others.length > 0) throw new Error("not one event");
  return event;
}

function ignored(adapter: SourceAdapter, body: unknown): string {
  const event = only(adapter, body);
  if (event.kind !== "unsupported") throw new Error(`it is a ${event.kind}`);
  return event.message;
}

const NOTHING_ELSE = {
  run: null,
  trigger: null,
  startedBy: null,
  startedAt: null,
  commit: null,
  metrics: {},
  slices: {},
  tests: null,
  checks: [],
  datasets: [],
  notes: null,
};

function subject(event: string) {
  return {
    component: null,
    repository: null,
    event,
    workflow: null,
    branch: null,
    package: "acme/checkout",
  };
}

describe("a push to an OCI registry", () => {
  const push = (path: Path, value: unknown) => withMember(PUSH, ["events", 0, ...path], value);
  const digest = "sha256:e428b77adbcebb197faec149772439ea946f5e89f8dceedcc1712a740acccfee";

  it("is the release of its tag, whose commit is looked up by the digest", () => {
    expect(only(ociRegistrySource, PUSH)).toEqual({
      kind: "lookup",
      subject: subject("push"),
      build: {
        ...NOTHING_ELSE,
        version: "1.42.0",
        outcome: "success",
        source: "registry",
        finishedAt: Date.parse("2026-11-22T13:16:45.518Z"),
        artifact: { uri: "127.0.0.1:15000/acme/checkout:1.42.0", digest },
      },
      lookup: { repository: "acme/checkout", tag: "1.42.0", digest },
      fact: `acme/checkout:1.42.0@${digest}`,
    });
    expect(delivered(ociRegistrySource, PUSH).delivery).toBe(
      "4a593b57-a154-4321-9c82-fc165d206649",
    );
  });

  it("may come with other events, each of which is one by itself", () => {
    const { events, delivery } = delivered(ociRegistrySource, SEVERAL);
    expect(events.map((event) => [event.kind, "message" in event ? event.message : null])).toEqual([
      ["unsupported", "what was pushed to acme/checkout is no manifest of an image"],
      ["lookup", null],
      [
        "unsupported",
        "only pushes make releases: leave the other actions out of the notifications",
      ],
    ]);
    expect(delivery).toMatch(/^[0-9a-f]{32}$/);
    expect(delivered(ociRegistrySource, { events: [] }).events).toEqual([]);
  });

  it.each([
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
  ])("may be of a %s", (mediaType) => {
    expect(only(ociRegistrySource, push(["target", "mediaType"], mediaType)).kind).toBe("lookup");
  });

  it.each([
    { path: ["target", "tag"], value: undefined, says: "has no tag" },
    { path: ["target", "tag"], value: "", says: "has no tag" },
    { path: ["target", "tag"], value: "latest", says: "the tag latest of acme/checkout moves" },
    { path: ["target", "tag"], value: "a b", says: "none that a registry takes" },
    { path: ["target", "mediaType"], value: undefined, says: "no manifest of an image" },
    {
      path: ["target", "digest"],
      value: "sha256:0",
      says: "a push that cannot be read: target.dig",
    },
    { path: ["target", "repository"], value: "a/../b", says: "must be the name of a repository" },
    { path: ["target"], value: undefined, says: "target: is missing" },
  ])("is no release where $path is $value, and does not hold up the queue", (row) => {
    expect(ignored(ociRegistrySource, push(row.path, row.value))).toContain(row.says);
  });

  it("may not say where the registry is, nor when it was", () => {
    const event = only(ociRegistrySource, push(["request"], undefined));
    expect(event).toMatchObject({ build: { artifact: { uri: "acme/checkout:1.42.0" } } });
    const odd = only(ociRegistrySource, push(["request", "host"], "x\n/y"));
    expect(odd).toMatchObject({ build: { artifact: { uri: "acme/checkout:1.42.0" } } });
    expect(only(ociRegistrySource, push(["timestamp"], undefined))).toMatchObject({
      build: { finishedAt: null },
    });
  });

  it("is refused where it is no list of events", () => {
    expect(problem(ociRegistrySource, {})).toBe("events: is missing");
    expect(problem(ociRegistrySource, push(["id"], ""))).toBe("events[0].id: must be an id");
  });
});

describe("a push to Docker Hub", () => {
  it("is the release of its tag, whose digest and commit are looked up", () => {
    const event = only(dockerhubSource, HUB);
    expect(event).toEqual({
      kind: "lookup",
      subject: subject("push"),
      build: {
        ...NOTHING_ELSE,
        version: "1.42.0",
        outcome: "success",
        source: "registry",
        finishedAt: 1_795_353_405_000,
        artifact: { uri: "docker.io/acme/checkout:1.42.0", digest: null },
      },
      lookup: { repository: "acme/checkout", tag: "1.42.0", digest: null },
      fact: "acme/checkout:1.42.0@1795353405000",
    });
  });

  it("is known by what was pushed when, since it has no id", () => {
    const { delivery } = delivered(dockerhubSource, HUB);
    expect(delivery).toBe("acme/checkout:1.42.0:1795353405000");
    const later = withMember(HUB, ["push_data", "pushed_at"], 1_795_353_406.5);
    expect(delivered(dockerhubSource, later).delivery).not.toBe(delivery);
    const odd = withMember(HUB, ["push_data", "tag"], `ü${"x".repeat(250)}`);
    expect(delivered(dockerhubSource, odd).delivery).toMatch(/^[\x21-\x7e]{1,200}$/);
  });

  it("is no release where the tag moves", () => {
    expect(ignored(dockerhubSource, withMember(HUB, ["push_data", "tag"], "latest"))).toContain(
      "moves",
    );
  });

  it("is refused by the field that is wrong", () => {
    expect(problem(dockerhubSource, withMember(HUB, ["repository"], undefined))).toBe(
      "repository: is missing",
    );
  });

  it("has its secret in the address, which a header does not replace", () => {
    const settings = sourceSettings({ id: "hub", type: "dockerhub", tokens: ["the-secret"] });
    const request = { headers: { authorization: "Bearer the-secret" }, body: Buffer.from("") };
    expect(dockerhubSource.verify(request, settings, NOW)).toEqual({
      kind: "refused",
      code: "signature_missing",
      message: "token is missing: send the token of this source in its address, behind ?token=",
    });
    const parameters = new URLSearchParams("token=the-secret");
    expect(dockerhubSource.verify({ ...request, parameters }, settings, NOW)).toEqual({
      kind: "verified",
    });
  });
});

describe("an event of Harbor", () => {
  const push = (path: Path, value: unknown) =>
    withMember(HARBOR, ["event_data", "resources", 0, ...path], value);

  const PUSHED = {
    kind: "lookup",
    subject: subject("PUSH_ARTIFACT"),
    build: {
      ...NOTHING_ELSE,
      version: "1.42.0",
      outcome: "success",
      source: "registry",
      finishedAt: Date.parse("2026-11-22T13:16:45Z"),
      artifact: { uri: "harbor.example.com/acme/checkout:1.42.0", digest: DIGEST },
    },
    lookup: { repository: "acme/checkout", tag: "1.42.0", digest: DIGEST },
    fact: `acme/checkout:1.42.0@${DIGEST}`,
  };

  it("is the same in its own format and as a CloudEvent", () => {
    expect(only(harborSource, HARBOR)).toMatchObject({ ...PUSHED, build: { version: "1.42.0" } });
    expect(only(harborSource, HARBOR_EVENT)).toEqual(PUSHED);
    expect(delivered(harborSource, HARBOR).delivery).toMatch(/^[0-9a-f]{32}$/);
    expect(delivered(harborSource, HARBOR_EVENT).delivery).toBe(
      "66e18103-09c1-41f6-982f-37df223f3eeb",
    );
  });

  it("is told apart from others by what happened to which image and when, where it has no id", () => {
    const { delivery } = delivered(harborSource, HARBOR);
    expect(delivered(harborSource, HARBOR).delivery).toBe(delivery);
    const later = withMember(HARBOR, ["occur_at"], 1_795_353_406);
    expect(delivered(harborSource, later).delivery).not.toBe(delivery);
    expect(delivered(harborSource, push(["tag"], "1.43.0")).delivery).not.toBe(delivery);
  });

  it("that is no push and no scan makes no release", () => {
    expect(ignored(harborSource, PULLED)).toBe(
      "harbor.artifact.pulled makes no release; releases are made of PUSH_ARTIFACT, SCANNING_COMPLETED, SCANNING_FAILED",
    );
  });

  it("of an image without a tag has its digest in the place of one", () => {
    expect(ignored(harborSource, push(["tag"], DIGEST))).toContain("has no tag");
    expect(ignored(harborSource, push(["tag"], undefined))).toContain("has no tag");
    const scanned = withMember(SCAN, ["event_data", "resources", 0, "tag"], undefined);
    expect(ignored(harborSource, scanned)).toContain("has no tag");
  });

  it("is refused by the field that is wrong, in both formats", () => {
    expect(problem(harborSource, push(["digest"], "x"))).toContain("resources[0].digest");
    expect(problem(harborSource, withMember(HARBOR, ["type"], undefined))).toBe("type: is missing");
    expect(problem(harborSource, withMember(HARBOR_EVENT, ["id"], undefined))).toBe(
      "id: is missing",
    );
  });

  it("may have its token with or without a scheme", () => {
    const settings = sourceSettings({ id: "harbor", type: "harbor", tokens: ["the-secret"] });
    const verify = (authorization: string) =>
      harborSource.verify({ headers: { authorization }, body: Buffer.from("") }, settings, NOW);
    expect(verify("the-secret")).toEqual({ kind: "verified" });
    expect(verify("Bearer the-secret")).toEqual({ kind: "verified" });
    expect(verify("Bearer other")).toMatchObject({ code: "signature_wrong" });
    expect(verify("")).toMatchObject({ code: "signature_missing" });
  });
});

describe("a scan of Harbor", () => {
  const OVERVIEW = [
    "event_data",
    "resources",
    0,
    "scan_overview",
    "application/vnd.security.vulnerability.report; version=1.1",
  ];
  const scan = (path: Path, value: unknown) => withMember(SCAN, [...OVERVIEW, ...path], value);

  function evidence(body: unknown) {
    const event = only(harborSource, body);
    if (event.kind !== "build") throw new Error(`it is a ${event.kind}`);
    const { checks, metrics } = event.build;
    return { checks, metrics };
  }

  it("is more evidence on the release of the tag", () => {
    expect(only(harborSource, SCAN)).toEqual({
      kind: "build",
      subject: subject("SCANNING_COMPLETED"),
      build: {
        ...NOTHING_ELSE,
        version: "1.42.0",
        outcome: "success",
        source: "registry",
        finishedAt: null,
        artifact: { uri: "harbor.example.com/acme/checkout:1.42.0", digest: DIGEST },
        checks: [
          {
            name: "vulnerability scan (Trivy)",
            status: "fail",
            expected: "nothing of High or Critical",
            actual: "High 2, Medium 5, Low 3",
          },
        ],
        metrics: {
          "vulnerabilities.total": 10,
          "vulnerabilities.fixable": 5,
          "vulnerabilities.high": 2,
          "vulnerabilities.medium": 5,
          "vulnerabilities.low": 3,
        },
      },
    });
  });

  it.each([
    ["None", "pass"],
    ["Negligible", "pass"],
    ["Low", "warn"],
    ["Medium", "warn"],
    ["High", "fail"],
    ["Critical", "fail"],
    ["Unknown", "error"],
    [undefined, "error"],
  ])("whose worst finding is %s is a %s", (severity, status) => {
    expect(evidence(scan(["severity"], severity)).checks[0]?.status).toBe(status);
  });

  it("that found nothing says how bad the worst would be", () => {
    const clean = withMember(scan(["severity"], "None"), [...OVERVIEW, "summary"], {
      total: 0,
      summary: {},
    });
    expect(evidence(clean)).toMatchObject({
      checks: [{ status: "pass", actual: "worst is None" }],
      metrics: { "vulnerabilities.total": 0 },
    });
    expect(evidence(scan(["summary"], undefined)).metrics).toEqual({});
  });

  it.each([
    { what: "failed", body: withMember(SCAN, ["type"], "SCANNING_FAILED") },
    { what: "was stopped", body: scan(["scan_status"], "Stopped") },
    { what: "does not say how it ended", body: scan(["scan_status"], undefined) },
  ])("that $what is an error, and never a pass", ({ body }) => {
    expect(evidence(body).checks).toMatchObject([{ status: "error" }]);
  });

  it("without a report is an error too", () => {
    const none = withMember(SCAN, ["event_data", "resources", 0, "scan_overview"], undefined);
    expect(evidence(none)).toEqual({
      checks: [
        {
          name: "vulnerability scan",
          status: "error",
          expected: "nothing of High or Critical",
          actual: "the event holds no report",
        },
      ],
      metrics: {},
    });
    const failed = withMember(none, ["type"], "SCANNING_FAILED");
    expect(evidence(failed).checks[0]?.actual).toBe("the scan failed");
    expect(evidence(scan(["scanner"], undefined)).checks[0]?.name).toBe("vulnerability scan");
  });
});
