import { describe, expect, it } from "vitest";
import { startIntake } from "../support/intake-server.ts";
import { sourceSettings } from "../support/source-settings.ts";

async function ask(path: string, headers: Readonly<Record<string, string>>) {
  const { url } = await startIntake({
    hooks: {
      sources: () => ({
        cd: sourceSettings({ id: "cd", type: "cdevents", tokens: ["t"] }),
        am: sourceSettings({ id: "am", type: "alertmanager", tokens: ["t"] }),
      }),
    },
  });
  const response = await fetch(`${url}${path}`, { method: "OPTIONS", headers });
  await response.arrayBuffer();
  return {
    status: response.status,
    allow: response.headers.get("allow"),
    origin: response.headers.get("webhook-allowed-origin"),
    rate: response.headers.get("webhook-allowed-rate"),
  };
}

const ORIGIN = { "webhook-request-origin": "eventemitter.example.com" };

describe("a sender that asks whether it may send", () => {
  it("may", async () => {
    expect(await ask("/hooks/cd", ORIGIN)).toEqual({
      status: 200,
      allow: "POST",
      origin: "eventemitter.example.com",
      rate: null,
    });
  });

  it("may as often as it likes, where it asks how often", async () => {
    const asked = { ...ORIGIN, "webhook-request-rate": "120" };
    expect((await ask("/hooks/cd", asked)).rate).toBe("*");
  });

  it.each([
    { what: "does not say who it is", path: "/hooks/cd", headers: {} },
    { what: "says what is no name", path: "/hooks/cd", headers: { "webhook-request-origin": "<" } },
    { what: "asks a source whose senders do not ask", path: "/hooks/am", headers: ORIGIN },
    { what: "asks a source that is not there", path: "/hooks/none", headers: ORIGIN },
    { what: "asks elsewhere", path: "/healthz", headers: ORIGIN },
  ])("is told the method where it $what", async ({ path, headers }) => {
    expect(await ask(path, headers)).toMatchObject({ status: 405, origin: null });
  });
});
