import { describe, expect, it } from "vitest";
import { refusal } from "../../src/core/refusal.ts";
import { fixtureBytes } from "../support/intake-fixture.ts";
import { byName } from "../support/intake-policy.ts";
import { receive, type TestIntakeOptions, testHooks } from "../support/intake-server.ts";
import { aComponent, anEnvironment, aWatch } from "../support/policies.ts";
import { Unavailable } from "../support/recording-dispatch.ts";
import type { SignedPost } from "../support/signed-request.ts";
import { sourceSettings } from "../support/source-settings.ts";
import { labelMatch } from "../support/watched-release.ts";

const FIRING = fixtureBytes("alertmanager/v4.firing.captured.json");
const TRUNCATED = fixtureBytes("alertmanager/v4.firing-and-resolved.captured.json");

function watched(name: string, match: Readonly<Record<string, string>>, source = "am") {
  const watch = aWatch({ alerts: [{ source, match: labelMatch(match) }] });
  const environments = [
    anEnvironment("staging", { watch: aWatch() }),
    anEnvironment("production", { watch }),
  ];
  return aComponent({ name, environments });
}

const CHECKOUT = watched("svc-checkout", { service: "checkout" });
const OTHER = watched("svc-other", { service: "other" });

function intake(
  components: readonly ReturnType<typeof watched>[],
  respond: TestIntakeOptions["respond"] = {},
) {
  const settings = sourceSettings({ id: "am", type: "alertmanager", tokens: ["a-token"] });
  const hooks = testHooks({
    respond,
    hooks: { sources: () => ({ am: settings }), components: () => byName(...components) },
  });
  return { ...hooks, send: (body: Buffer) => receive(hooks, "am", post(body)) };
}

function post(body: Buffer): SignedPost {
  return {
    body,
    headers: { "content-type": "application/json", authorization: "Bearer a-token" },
  };
}

describe("an alert", () => {
  it("is told to each environment whose watch wants it, once", async () => {
    const { send, alerts } = intake([CHECKOUT, OTHER]);
    expect(await send(FIRING)).toMatchObject({ status: 202, answer: { code: "accepted" } });
    expect(
      alerts.map(({ component, environment, source, alert }) => ({
        component,
        environment,
        source,
        fingerprint: alert.fingerprint,
      })),
    ).toEqual(
      ["bd0b3b031a12312c", "58b2a1146b6246c8"].map((fingerprint) => ({
        component: "svc-checkout",
        environment: "production",
        source: "am",
        fingerprint,
      })),
    );
    expect(await send(FIRING)).toMatchObject({ status: 200, answer: { code: "duplicate" } });
    expect(alerts).toHaveLength(2);
  });

  it("that no label fits is ignored, and the answer says which", async () => {
    const { send, alerts } = intake([OTHER]);
    expect(await send(FIRING)).toMatchObject({
      status: 200,
      answer: {
        outcome: "ignored",
        code: "alert_not_matched",
        message:
          "alert HighErrorRate is about no watch: svc-other in production: its label service is checkout, not other",
      },
    });
    expect(alerts).toEqual([]);
  });

  it("that nearly fits many watches names a few of them", async () => {
    const many = Array.from({ length: 7 }, (_, index) =>
      watched(`svc-${index}`, { service: "other" }),
    );
    const { answer } = await intake(many).send(FIRING);
    expect(answer.message).toMatch(/svc-4 in production: .*; and 2 more$/);
  });

  it("that no watch asks for is ignored, and the answer says what to write", async () => {
    const { send } = intake([watched("svc-checkout", { service: "checkout" }, "grafana")]);
    expect(await send(FIRING)).toMatchObject({
      status: 200,
      answer: {
        code: "no_watch_asks",
        message:
          "no watch asks for alerts of am; add { source: am, match: { … } } to the alerts of a watch",
      },
    });
  });

  it("that the watch cannot use is ignored, not refused", async () => {
    const why = refusal("alert_before_deploy", "it began to fire before");
    const outcome = { kind: "refused", refusal: why, release: null } as const;
    const { send } = intake([CHECKOUT], { "svc-checkout": outcome });
    expect(await send(FIRING)).toMatchObject({
      status: 200,
      answer: {
        outcome: "ignored",
        code: "alert_before_deploy",
        message: "it began to fire before",
      },
    });
  });

  it("that the store cannot take makes the sender try again", async () => {
    const { send } = intake([CHECKOUT], { "svc-checkout": new Unavailable("full") });
    expect(await send(FIRING)).toMatchObject({ status: 503, answer: { outcome: "unavailable" } });
    const broken = intake([CHECKOUT], { "svc-checkout": new Error("broken") });
    await expect(broken.send(FIRING)).rejects.toThrow("broken");
  });

  it("is told of although others were left out, and so is that", async () => {
    const { send } = intake([watched("svc-ranker", { service: "ranker" })]);
    const { status, answer } = await send(TRUNCATED);
    expect(status).toBe(202);
    expect(answer.message).toContain("1 more alerts were left out by the sender");
  });
});
