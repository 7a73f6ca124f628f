import { describe, expect, it } from "vitest";
import type { Alert } from "../../../src/core/alert.ts";
import { grafanaSource } from "../../../src/intake/sources/grafana.ts";
import type { SourceSettings } from "../../../src/intake/sources/source.ts";
import { fixtureJson, withMember } from "../../support/intake-fixture.ts";
import { NOW } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const FIRING = fixtureJson("grafana/webhook.firing.min.constructed.json");

function alert(path: readonly (string | number)[] = [], value?: unknown): Alert {
  const body = path.length === 0 ? FIRING : withMember(FIRING, ["alerts", 0, ...path], value);
  const parsed = grafanaSource.parse({ source: "grafana", headers: {}, body }, NOW);
  if (parsed.kind === "malformed") throw new Error(parsed.message);
  const [event] = parsed.events;
  if (event?.kind !== "alert") throw new Error("no alert");
  return event.alert;
}

describe("a notification of Grafana", () => {
  it("is an alert for each of its alerts, with the numbers of its rule", () => {
    expect(alert()).toEqual({
      fingerprint: "c6eadffa33fcdf37",
      status: "firing",
      name: "HighErrorRate",
      labels: {
        alertname: "HighErrorRate",
        service: "checkout",
        environment: "production",
        release_id: "checkout-1.42.0",
      },
      summary: "5xx ratio 7.3% (B 7.3, C 1)",
      startsAt: Date.parse("2026-11-22T13:25:00Z"),
      endsAt: null,
      url: "https://grafana.example.com/alerting/1afz29v7z/edit",
      because: "condition",
    });
  });

  it("leads to the panel, else the dashboard, else the rule", () => {
    const panel = "https://grafana.example.com/d/a?viewPanel=1";
    expect(alert(["panelURL"], panel).url).toBe(panel);
    expect(alert(["dashboardURL"], panel).url).toBe(panel);
    expect(alert(["panelURL"], "").url).toBe("https://grafana.example.com/alerting/1afz29v7z/edit");
  });

  it("may hold no numbers", () => {
    expect(alert(["values"], null).summary).toBe("5xx ratio 7.3%");
    expect(alert(["values"], { B: null }).summary).toBe("5xx ratio 7.3%");
    expect(alert(["annotations"], {}).summary).toBe("(B 7.3, C 1)");
  });

  it.each([
    { path: ["labels", "alertname"], value: "DatasourceNoData" },
    { path: ["labels", "alertname"], value: "DatasourceError" },
    { path: ["annotations", "grafana_state_reason"], value: "NoData" },
    { path: ["annotations", "grafana_state_reason"], value: "Error" },
  ])("proves nothing where $path is $value", ({ path, value }) => {
    expect(alert(path, value).because).toBe("no-data");
    expect(alert(["annotations", "grafana_state_reason"], "MissingSeries").because).toBe(
      "condition",
    );
  });

  it.each([
    { what: "a custom payload", body: { text: "5xx" } },
    { what: "one of Alertmanager", body: fixtureJson("alertmanager/v4.firing.captured.json") },
  ])("is refused where it is $what", ({ body }) => {
    expect(grafanaSource.parse({ source: "grafana", headers: {}, body }, NOW)).toEqual({
      kind: "malformed",
      delivery: null,
      message:
        'not a notification of Grafana, which has version "1" and a list of alerts: take the custom payload out of the contact point, if it is set',
    });
  });

  it("is refused by the name of the field that is wrong", () => {
    const body = withMember(FIRING, ["alerts", 0, "fingerprint"], undefined);
    expect(grafanaSource.parse({ source: "grafana", headers: {}, body }, NOW)).toMatchObject({
      message: "alerts[0].fingerprint: is missing",
    });
  });
});

describe("a signature of Grafana", () => {
  const { vectors } = fixtureJson("signature-vectors.json") as {
    readonly vectors: readonly {
      readonly system: string;
      readonly secret: string;
      readonly body: string;
      readonly headers: Readonly<Record<string, string>>;
    }[];
  };
  const ours = vectors.filter(({ system }) => system.startsWith("grafana"));
  const TIMED = { timestampHeader: "X-Grafana-Alerting-Timestamp" };
  const AT = 1_795_353_405_000;

  function verify(vector: (typeof ours)[number], given: Partial<SourceSettings>, now = AT) {
    const headers = Object.fromEntries(
      Object.entries(vector.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const settings = sourceSettings({
      id: "grafana",
      type: "grafana",
      secrets: [vector.secret],
      ...given,
    });
    return grafanaSource.verify({ headers, body: Buffer.from(vector.body) }, settings, now);
  }

  function vector(system: string) {
    const found = ours.find((one) => one.system.includes(system));
    if (found === undefined) throw new Error(`no vector of ${system}`);
    return found;
  }

  const plain = vector("no timestamp");
  const timed = vector("(timestamp header");

  it("is as the vectors say, with and without a time", () => {
    expect(ours.length).toBe(2);
    expect(verify(plain, {})).toEqual({ kind: "verified" });
    expect(verify(timed, { options: TIMED })).toEqual({ kind: "verified" });
  });

  it("with a time is not one without, nor the other way round", () => {
    expect(verify(timed, {})).toMatchObject({ code: "signature_wrong" });
    expect(verify(plain, { options: TIMED })).toMatchObject({ code: "signature_missing" });
  });

  it.each([301, -301])("is too old, or too new, by %d seconds", (seconds) => {
    expect(verify(timed, { options: TIMED }, AT + seconds * 1000)).toMatchObject({
      code: "outside_time_window",
    });
    expect(verify(timed, { options: TIMED }, AT + (seconds - Math.sign(seconds)) * 1000)).toEqual({
      kind: "verified",
    });
  });

  it("is looked for where the contact point is set to put it", () => {
    expect(verify(plain, { options: { signatureHeader: "X-Acme" } })).toMatchObject({
      code: "signature_missing",
      message: expect.stringContaining("x-acme is missing"),
    });
    const moved = { ...plain, headers: { "X-Acme": Object.values(plain.headers)[0] ?? "" } };
    expect(verify(moved, { options: { signatureHeader: "X-Acme" } })).toEqual({ kind: "verified" });
  });

  it("is needed where there is a secret, whatever token is sent", () => {
    const bearer = { ...plain, headers: { authorization: "Bearer the-token-of-it" } };
    expect(verify(bearer, { tokens: ["the-token-of-it"] })).toMatchObject({
      code: "signature_missing",
    });
    expect(verify(bearer, { secrets: [], tokens: ["the-token-of-it"] })).toEqual({
      kind: "verified",
    });
  });
});
