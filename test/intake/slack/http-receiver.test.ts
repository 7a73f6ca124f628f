import type { App } from "@slack/bolt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Outcome } from "../../../src/core/outcome.ts";
import { signedHeaders } from "../../../src/demo/gateway/sign.ts";
import { SIGNING_SECRET } from "../../../src/demo/gateway/workspace.ts";
import { HttpReceiver } from "../../../src/intake/slack/http-receiver.ts";
import { deferred } from "../../support/deferred.ts";
import { ACCEPTED } from "../../support/fake-desk.ts";
import { manualClock } from "../../support/manual-clock.ts";
import { memoryLogger } from "../../support/memory-logger.ts";
import { type HttpWire, startHttpWire } from "../../support/slack-wire.ts";
import { ANA } from "../../support/slack-workspace.ts";

const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";

let wire: HttpWire;

beforeEach(async () => {
  wire = await startHttpWire();
});

afterEach(() => wire.stop());

interface Sent {
  readonly body: string;
  readonly type?: string;
  readonly secret?: string;
  /** Seconds from now at which Slack says it signed. */
  readonly signed?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

function post({ body, type = FORM, secret = SIGNING_SECRET, signed = 0, headers = {} }: Sent) {
  const seconds = Math.floor(wire.clock.now() / 1000) + signed;
  return fetch(wire.url, {
    method: "POST",
    body,
    headers: { "content-type": type, ...signedHeaders(body, { secret, seconds }), ...headers },
  });
}

function command(text: string): string {
  return new URLSearchParams({
    command: "/release",
    text,
    team_id: "T000000001",
    user_id: ANA,
    channel_id: wire.slack.channelId("releases"),
    trigger_id: "1.2.3",
    response_url: "http://127.0.0.1:1/",
  }).toString();
}

describe("a request from Slack", () => {
  it("is taken with a charset in its media type", async () => {
    const response = await post({ body: command("help"), type: `${FORM};charset=UTF-8` });
    expect(response.status).toBe(200);
    expect(wire.desk.queries).toEqual([{ kind: "help" }]);
  });

  it.each([
    { it: "another secret", sent: { secret: "another" } },
    { it: "a signature of 301 seconds ago", sent: { signed: -301 } },
    { it: "a signature 301 seconds ahead", sent: { signed: 301 } },
    { it: "no signature", sent: { headers: { "x-slack-signature": "" } } },
    { it: "a signature of another version", sent: { headers: { "x-slack-signature": "v1=00" } } },
    { it: "a time that is none", sent: { headers: { "x-slack-request-timestamp": "now" } } },
  ])("with $it is refused", async ({ sent }) => {
    const response = await post({ body: command("help"), ...sent });
    expect(response.status).toBe(401);
    expect(await response.text()).toBe("");
    expect(wire.desk.queries).toEqual([]);
  });

  it.each([-300, 300])("signed %i seconds away is taken", async (signed) => {
    expect((await post({ body: command("help"), signed })).status).toBe(200);
  });

  it("whose bytes were changed after signing is refused", async () => {
    const seconds = Math.floor(wire.clock.now() / 1000);
    const response = await fetch(wire.url, {
      method: "POST",
      body: command("model-pymk rollback"),
      headers: {
        "content-type": FORM,
        ...signedHeaders(command("help"), { secret: SIGNING_SECRET, seconds }),
      },
    });
    expect(response.status).toBe(401);
    expect(wire.desk.dispatched).toEqual([]);
  });

  it("is refused when it is played a second time, for as long as its signature holds", async () => {
    const sent = { body: command("help"), signed: 300 };
    const seconds = Math.floor(wire.clock.now() / 1000) + 300;
    const headers = signedHeaders(sent.body, { secret: SIGNING_SECRET, seconds });
    const statuses = [(await post(sent)).status];
    for (const wait of [0, 300_000, 300_000, 1_000]) {
      await wire.clock.advance(wait);
      statuses.push((await post({ ...sent, headers })).status);
    }
    expect(statuses).toEqual([200, 401, 401, 401, 401]);
    expect(wire.desk.queries).toEqual([{ kind: "help" }]);
  });

  it("that is neither JSON nor a form is refused", async () => {
    expect((await post({ body: "nonsense", type: JSON_TYPE })).status).toBe(400);
    expect((await post({ body: "payload=nonsense" })).status).toBe(400);
    expect((await post({ body: "[1]", type: JSON_TYPE })).status).toBe(400);
  });

  it("of a kind that the app does not use is answered at once", async () => {
    const suggestion = JSON.stringify({
      type: "block_suggestion",
      user: { id: ANA, team_id: "T" },
    });
    expect((await post({ body: `payload=${suggestion}` })).status).toBe(404);
  });

  it("that lacks what its kind must have is answered with an error, and logged", async () => {
    const incomplete = JSON.stringify({
      type: "block_actions",
      user: { id: ANA },
      actions: [{ type: "button", action_id: "release.approve", block_id: "b" }],
    });
    expect((await post({ body: `payload=${incomplete}` })).status).toBe(500);
    expect(wire.logged).toContainEqual(
      expect.objectContaining({ level: "error", msg: "slack listener failed" }),
    );
  });

  it("for another command is answered with the command's name", async () => {
    const body = command("x").replace("%2Frelease", "%2Fdeploy");
    expect(await (await post({ body })).text()).toBe("This app answers to /release.");
  });
});

describe("Slack's own checks", () => {
  it("are answered: the challenge of an address", async () => {
    const body = JSON.stringify({ type: "url_verification", challenge: "abc" });
    const response = await post({ body, type: JSON_TYPE });
    expect(await response.json()).toEqual({ challenge: "abc" });
  });

  it("are answered: the certificate", async () => {
    expect((await post({ body: "ssl_check=1&token=x" })).status).toBe(200);
  });

  it("are answered only when they are signed", async () => {
    const body = JSON.stringify({ type: "url_verification", challenge: "abc" });
    expect((await post({ body, type: JSON_TYPE, secret: "another" })).status).toBe(401);
  });
});

describe("a listener that never acknowledges", () => {
  it("is given up before Slack does", async () => {
    const clock = manualClock();
    const receiver = new HttpReceiver({
      signingSecret: SIGNING_SECRET,
      clock,
      log: memoryLogger().log,
    });
    receiver.init({ processEvent: () => new Promise(() => {}) } as unknown as App);
    const body = command("help");
    const seconds = Math.floor(clock.now() / 1000);
    const headers = {
      "content-type": FORM,
      ...signedHeaders(body, { secret: SIGNING_SECRET, seconds }),
    };
    const answer = receiver.handle(Buffer.from(body), headers, clock.now());
    await clock.advance(2_900);
    expect(await answer).toEqual({ status: 504, body: null });
  });
});

describe("stopping", () => {
  it("waits for listeners that have acknowledged, and takes nothing more", async () => {
    const { promise, resolve } = deferred<Outcome>();
    wire.desk.outcomes = [promise];
    const answered = post({ body: command("model-pymk hold slow") });
    await wire.clock.sleeper(2_000);
    await wire.clock.advance(2_000);
    expect((await answered).status).toBe(200);

    let stopped = false;
    const stopping = wire.receiver.stop().then(() => {
      stopped = true;
    });
    expect((await post({ body: command("help") })).status).toBe(503);
    expect(stopped).toBe(false);
    resolve(ACCEPTED);
    await stopping;
    expect(wire.desk.queries).toEqual([]);
  });

  it("answers 503 before there is an app", async () => {
    const clock = manualClock();
    const { log } = memoryLogger();
    const receiver = new HttpReceiver({ signingSecret: SIGNING_SECRET, clock, log });
    const body = command("help");
    const seconds = Math.floor(clock.now() / 1000);
    const headers = {
      "content-type": FORM,
      ...signedHeaders(body, { secret: SIGNING_SECRET, seconds }),
    };
    expect(await receiver.handle(Buffer.from(body), headers, clock.now())).toEqual({
      status: 503,
      body: null,
    });
  });
});
