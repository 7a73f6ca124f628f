import { describe, expect, it } from "vitest";
import type { Alert } from "../../../src/core/alert.ts";
import { alertmanagerSource } from "../../../src/intake/sources/alertmanager.ts";
import type { ParsedDelivery } from "../../../src/intake/sources/source.ts";
import { fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { NOW } from "../../support/signed-request.ts";

const FIRING = fixtureJson("alertmanager/v4.firing.captured.json");
const RESOLVED = fixtureJson("alertmanager/v4.resolved.captured.json");
const BOTH = fixtureJson("alertmanager/v4.firing-and-resolved.captured.json");

function parse(body: unknown): ParsedDelivery {
  return alertmanagerSource.parse({ source: "am", headers: {}, body }, NOW);
}

function delivered(body: unknown) {
  const parsed = parse(body);
  if (parsed.kind === "malformed") throw new Error(parsed.message);
  return parsed;
}

function alerts(body: unknown): readonly Alert[] {
  return delivered(body).events.flatMap((event) => (event.kind === "alert" ? [event.alert] : []));
}

function first(path: readonly (string | number)[], value: unknown): Alert | undefined {
  return alerts(withMember(FIRING, ["alerts", 0, ...path], value))[0];
}

function problem(body: unknown): string {
  const parsed = parse(body);
  if (parsed.kind !== "malformed") throw new Error("it is well formed");
  return parsed.message;
}

describe("a notification of Alertmanager", () => {
  it("is an alert for each of its alerts", () => {
    expect(alerts(FIRING)[0]).toEqual({
      fingerprint: "bd0b3b031a12312c",
      status: "firing",
      name: "HighErrorRate",
      labels: {
        alertname: "HighErrorRate",
        environment: "production",
        release_id: "checkout-1.42.0",
        service: "checkout",
        severity: "critical",
      },
      summary: "5xx ratio 7.3% over 5m on checkout",
      startsAt: Date.parse("2026-11-22T13:16:31.325Z"),
      endsAt: null,
      url: "http://prometheus.example.com/graph?g0.expr=job",
      because: "condition",
    });
    expect(alerts(FIRING)[1]).toMatchObject({
      fingerprint: "58b2a1146b6246c8",
      labels: { pod: "checkout-7d9f" },
    });
  });

  it("says of each alert by itself whether it fires, and when it ended", () => {
    expect(alerts(RESOLVED).map(({ status, endsAt }) => ({ status, endsAt }))).toEqual(
      Array(2).fill({ status: "resolved", endsAt: Date.parse("2026-11-22T13:16:35Z") }),
    );
    expect(alerts(BOTH).map(({ status, url }) => ({ status, url }))).toEqual([
      { status: "resolved", url: null },
      { status: "firing", url: "http://127.0.0.1:9090/graph" },
    ]);
  });

  it("says how many alerts were left out", () => {
    expect(delivered(BOTH).events.at(-1)).toEqual({
      kind: "unsupported",
      code: "alerts_truncated",
      message:
        "1 more alerts were left out by the sender: raise its limit on alerts for each request, or group them by fewer labels",
    });
    expect(delivered(FIRING).events.map(({ kind }) => kind)).toEqual(["alert", "alert"]);
  });

  it("is the same as the one of the other Alertmanager, and as its repetition", () => {
    const other = withMember(FIRING, ["externalURL"], "http://other:9093");
    expect(delivered(other).delivery).toBe(delivered(FIRING).delivery);
    expect(delivered(RESOLVED).delivery).not.toBe(delivered(FIRING).delivery);
    const later = withMember(FIRING, ["alerts", 0, "startsAt"], "2026-11-22T13:17:00Z");
    expect(delivered(later).delivery).not.toBe(delivered(FIRING).delivery);
  });

  it("may be of a newer Alertmanager, which says more", () => {
    expect(alerts(fixtureJson("alertmanager/v4.firing.0.34.constructed.json"))).toEqual(
      alerts(FIRING),
    );
  });

  it.each([
    { path: ["annotations", "summary"], value: undefined, member: "summary", is: null },
    { path: ["annotations"], value: { description: "long" }, member: "summary", is: "long" },
    { path: ["annotations"], value: { summary: "a\nb\u0000" }, member: "summary", is: "a b" },
    { path: ["labels"], value: { service: "x" }, member: "name", is: "without a name" },
    { path: ["generatorURL"], value: "javascript:alert(1)", member: "url", is: null },
    { path: ["endsAt"], value: undefined, member: "endsAt", is: null },
  ] as const)("has $member $is where $path is $value", ({ path, value, member, is }) => {
    expect(first(path, value)?.[member]).toBe(is);
  });

  it("that is resolved ended when it began at the earliest", () => {
    const odd = withMember(RESOLVED, ["alerts", 0, "endsAt"], "0001-01-01T00:00:00Z");
    expect(alerts(odd)[0]?.endsAt).toBe(alerts(odd)[0]?.startsAt);
    const none = withMember(RESOLVED, ["alerts", 0, "endsAt"], undefined);
    expect(alerts(none)[0]?.endsAt).toBe(alerts(none)[0]?.startsAt);
  });

  it.each([
    { what: "a custom payload", body: { text: "5xx" } },
    { what: "one of Grafana", body: fixtureJson("grafana/webhook.firing.min.constructed.json") },
    { what: "a text", body: "firing" },
    { what: "nothing", body: null },
  ])("is refused where it is $what", ({ body }) => {
    expect(problem(body)).toBe(
      'not a notification of Alertmanager, which has version "4" and a list of alerts: take payload out of webhook_configs, if it is set',
    );
  });

  it.each([
    { path: ["status"], value: "maybe", says: "alerts[0].status: must be firing or resolved" },
    {
      path: ["fingerprint"],
      value: "xyz",
      says: "alerts[0].fingerprint: must be hexadecimal digits",
    },
    {
      path: ["startsAt"],
      value: "noon",
      says: "alerts[0].startsAt: must be a time with its offset",
    },
    { path: ["labels"], value: undefined, says: "alerts[0].labels: is missing" },
  ])("is refused where $path is $value", ({ path, value, says }) => {
    expect(problem(withMember(FIRING, ["alerts", 0, ...path], value))).toContain(says);
  });
});
