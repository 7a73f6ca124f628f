import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { HTTP } from "cloudevents";
import { Webhook } from "standardwebhooks";
import { describe, expect, it, onTestFinished } from "vitest";
import type { SinkEvent } from "../../../src/core/sink-event.ts";
import type { SinkEventType } from "../../../src/core/sink-policy.ts";
import { createSinkHandler, type Sink } from "../../../src/effects/sinks/sink-handler.ts";
import { createTelemetry } from "../../../src/shared/telemetry.ts";
import { failureOf } from "../../support/adapter-failure.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { type ScriptedAnswer, startServer } from "../../support/scripted-server.ts";
import { REPORT_SECRET } from "../../support/signed-request.ts";

const AT = Date.parse("2026-11-22T13:20:00Z");
const DIGEST = `sha256:${"0b31b1c0".repeat(8)}`;
const MINUTE = 60_000;

function anEvent(type: SinkEventType, overrides: Partial<SinkEvent> = {}): SinkEvent {
  return {
    id: `${type}:svc-checkout@1.42.0/production/1:${AT}:test`,
    type,
    at: AT,
    by: { kind: "person", id: "U012AB3CD", name: "Lea" },
    component: "svc-checkout",
    environment: "production",
    release: "svc-checkout@1.42.0",
    version: "1.42.0",
    artifact: { uri: "registry.example.com/acme/checkout:1.42.0", digest: DIGEST },
    chain: "4c8cb7dd-3448-41de-8768-eec704e2829b",
    page: "https://ci.example.com/562",
    approval: null,
    ...overrides,
  };
}

function anApproval(type: SinkEventType, outcome: "open" | "approved" | "rejected" | "expired") {
  const card = { channel: "C0123ABCD", ts: "1795353405.000100" };
  const promotion = "svc-checkout@1.42.0/production/1";
  return anEvent(type, { approval: { promotion, card, outcome } });
}

/** A system that takes events as it is told to, and the handler that sends to it. */
async function setUp(answer: () => ScriptedAnswer = () => ({}), given: Partial<Sink> = {}) {
  const server = await startServer(answer);
  onTestFinished(() => server.close());
  const clock = createFakeClock(AT + 5_000);
  const telemetry = createTelemetry();
  let configured = true;
  const sink = {
    url: `${server.url}/in`,
    secret: null,
    token: null,
    source: "urn:slipway",
    ...given,
  };
  const { handler, warnings } = createSinkHandler({
    sinks: () => (configured ? { bus: sink } : {}),
    clock,
    random: () => 0,
    telemetry,
  });
  const run = (event: SinkEvent, signal = new AbortController().signal) =>
    handler.run(
      { kind: "sink", sink: "bus", event },
      { attempt: 1, due: 0, now: clock.now(), signal },
    );
  return {
    server,
    clock,
    handler,
    warnings,
    run,
    forget: () => {
      configured = false;
    },
    counted: async () =>
      (await telemetry.sinkEvents.get()).values.map(({ labels, value }) => ({ ...labels, value })),
    async sent(event: SinkEvent) {
      expect(await run(event)).toEqual({ kind: "done", command: null });
      const request = server.requests().at(-1);
      if (request === undefined) throw new Error("nothing was sent");
      return { ...request, body: JSON.parse(request.body) as Readonly<Record<string, unknown>> };
    },
  };
}

const SCHEMAS = join(import.meta.dirname, "../../fixtures/cdevents/schemas");

function validator(version: string, name: string) {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const read = (path: string) => JSON.parse(readFileSync(join(SCHEMAS, version, path), "utf8"));
  for (const file of readdirSync(join(SCHEMAS, version, "links"))) {
    ajv.addSchema(read(`links/${file}`));
  }
  return ajv.compile(read(`${name}.json`));
}

const EVENTS: readonly (readonly [SinkEvent, version: string, schema: string])[] = [
  [anEvent("service.deployed"), "0.5.1", "servicedeployed"],
  [anEvent("service.upgraded"), "0.5.1", "serviceupgraded"],
  [anEvent("service.rolledback"), "0.5.1", "servicerolledback"],
  [anEvent("environment.modified"), "0.5.1", "environmentmodified"],
  [anApproval("approval.created", "open"), "0.6.0-draft", "approvalcreated"],
  [anApproval("approval.updated", "open"), "0.6.0-draft", "approvalupdated"],
  [anApproval("approval.closed", "approved"), "0.6.0-draft", "approvalclosed"],
  [anApproval("approval.closed", "rejected"), "0.6.0-draft", "approvalclosed"],
  [anApproval("approval.closed", "expired"), "0.6.0-draft", "approvalclosed"],
];

describe("an event out", () => {
  it.each(EVENTS)("$type is as the schema of CDEvents says", async (event, version, schema) => {
    const { sent } = await setUp();
    const { data } = (await sent(event)).body;
    const valid = validator(version, schema);
    expect(valid(data), JSON.stringify(valid.errors)).toBe(true);
  });

  it("is a structured CloudEvent, whole", async () => {
    const { sent } = await setUp();
    const { headers, body, method, url } = await sent(anEvent("service.deployed"));
    expect([method, url, headers["content-type"]]).toEqual([
      "POST",
      "/in",
      "application/cloudevents+json; charset=utf-8",
    ]);
    const id = body.id;
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    const time = "2026-11-22T13:20:00.000Z";
    const type = "dev.cdevents.service.deployed.0.3.0";
    expect(body).toEqual({
      specversion: "1.0",
      id,
      type,
      source: "urn:slipway",
      subject: "svc-checkout",
      time,
      datacontenttype: "application/json",
      data: {
        context: {
          specversion: "0.5.1",
          id,
          source: "urn:slipway",
          type,
          timestamp: time,
          chainId: "4c8cb7dd-3448-41de-8768-eec704e2829b",
        },
        subject: {
          id: "svc-checkout",
          source: "urn:slipway",
          content: {
            environment: { id: "production" },
            artifactId: `pkg:oci/checkout@${DIGEST}?repository_url=registry.example.com%2Facme%2Fcheckout&tag=1.42.0`,
          },
        },
        customData: {
          component: "svc-checkout",
          environment: "production",
          release: "svc-checkout@1.42.0",
          version: "1.42.0",
          by: "U012AB3CD",
          url: "https://ci.example.com/562",
        },
        customDataContentType: "application/json",
      },
    });
    const read = HTTP.toEvent({ headers, body: JSON.stringify(body) });
    expect(read).toMatchObject({ id });
  });

  it("of an approval names the card, the people and the decision", async () => {
    const { sent } = await setUp();
    const { data } = (await sent(anApproval("approval.closed", "expired"))).body;
    expect(data).toMatchObject({
      subject: {
        id: "svc-checkout@1.42.0/production/1",
        content: {
          approvalDetailsUrl: "https://slack.com/archives/C0123ABCD/p1795353405000100",
          resourceTargetUrl: "https://ci.example.com/562",
          responder: "urn:slipway:slack:U012AB3CD",
          decision: "deferred",
          status: "expired",
        },
      },
    });
    const promotion = "svc-checkout@1.42.0/production/1";
    const early = anEvent("approval.created", {
      by: { kind: "system", name: "ci" },
      page: null,
      approval: { promotion, card: null, outcome: "open" },
    });
    expect((await sent(early)).body.data).toMatchObject({
      subject: {
        content: {
          approvalDetailsUrl: "urn:slipway:promotion:svc-checkout%401.42.0%2Fproduction%2F1",
          resourceTargetUrl: "urn:slipway:release:svc-checkout%401.42.0",
          requestor: "urn:slipway:system:ci",
        },
      },
      customData: { by: "ci" },
    });
  });

  it.each([
    { artifact: null, purl: "pkg:generic/svc-checkout@1.42.0" },
    {
      artifact: { uri: "s3://models/checkout", digest: null },
      purl: "pkg:generic/svc-checkout@1.42.0",
    },
    { artifact: { uri: "pkg:npm/feed@2.3.0", digest: null }, purl: "pkg:npm/feed@2.3.0" },
    {
      artifact: { uri: "127.0.0.1:5000/acme/checkout", digest: DIGEST },
      purl: `pkg:oci/checkout@${DIGEST}?repository_url=127.0.0.1%3A5000%2Facme%2Fcheckout`,
    },
  ])("names $artifact as a package URL", async ({ artifact, purl }) => {
    const { sent } = await setUp();
    const { data } = (await sent(anEvent("service.upgraded", { artifact }))).body;
    expect(data).toMatchObject({ subject: { content: { artifactId: purl } } });
  });

  it("is signed as Standard Webhooks, and carries the token", async () => {
    const given = { secret: REPORT_SECRET, token: "a-token" };
    const { sent, server } = await setUp(undefined, given);
    const { headers } = await sent(anEvent("service.deployed"));
    const text = server.requests()[0]?.body ?? "";
    const id = String(headers["webhook-id"]);
    expect(headers).toMatchObject({
      authorization: "Bearer a-token",
      "webhook-id": (JSON.parse(text) as { readonly id: string }).id,
      "webhook-timestamp": String((AT + 5_000) / 1000),
      "webhook-signature": new Webhook(REPORT_SECRET).sign(id, new Date(AT + 5_000), text),
    });
  });
});

describe("a sink that does not take an event", () => {
  it("is sent the same one again, under the same id", async () => {
    const answers: ScriptedAnswer[] = [{ status: 503, headers: { "retry-after": "7" } }, {}];
    const { run, server, counted } = await setUp(() => answers.shift() ?? {});
    const event = anEvent("service.deployed");
    expect(await failureOf(run(event))).toMatchObject({ retryable: true, retryAfter: 7_000 });
    await run(event);
    const [first, second] = server.requests();
    expect(second?.body).toBe(first?.body);
    expect(await counted()).toEqual([
      { sink: "bus", outcome: "failed", value: 1 },
      { sink: "bus", outcome: "taken", value: 1 },
    ]);
  });

  it.each([
    { status: 401, retryable: true },
    { status: 302, retryable: true },
    { status: 410, retryable: false },
  ])("and answers $status is tried again: $retryable", async ({ status, retryable }) => {
    const { run } = await setUp(() => ({ status }));
    expect(await failureOf(run(anEvent("service.deployed")))).toMatchObject({
      message: expect.stringContaining(`answered ${status}`),
      retryable,
    });
  });

  it("is tried for more than a day, and nothing in the state waits for it", async () => {
    const { handler } = await setUp();
    const delays = Array.from({ length: handler.attempts }, (_, index) =>
      handler.retryDelay(index + 1),
    );
    expect(delays.reduce((sum, delay) => sum + delay, 0)).toBeGreaterThan(16 * 60 * MINUTE);
    const event = anEvent("service.deployed");
    expect(handler.buried({ kind: "sink", sink: "bus", event }, "x")).toBeNull();
  });

  it("is warned of only when it has lasted, and no longer once it takes one", async () => {
    let down = true;
    const { run, clock, warnings } = await setUp(() => ({ status: down ? 500 : 200 }));
    const event = anEvent("service.deployed");
    await failureOf(run(event));
    await clock.advance(14 * MINUTE);
    expect(warnings()).toEqual([]);
    await clock.advance(MINUTE);
    await failureOf(run(event));
    expect(warnings()).toEqual([
      expect.stringMatching(
        /^sink bus has taken no event for 15 min: 127\.0\.0\.1:\d+ answered 500; they are sent again$/,
      ),
    ]);
    down = false;
    await run(event);
    expect(warnings()).toEqual([]);
  });

  it("is no failure where it was the process that stopped", async () => {
    const { run, counted } = await setUp(() => "silence");
    await expect(run(anEvent("service.deployed"), AbortSignal.abort())).rejects.toThrow();
    expect(await counted()).toEqual([]);
  });

  it("and is no longer configured is left alone", async () => {
    const { run, server, forget, clock, warnings } = await setUp(() => ({ status: 500 }));
    await failureOf(run(anEvent("service.deployed")));
    await clock.advance(20 * MINUTE);
    forget();
    expect(await run(anEvent("service.deployed"))).toEqual({ kind: "done", command: null });
    expect(server.requests()).toHaveLength(1);
    expect(warnings()).toEqual([]);
  });
});
