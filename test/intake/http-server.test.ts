import { describe, expect, it } from "vitest";
import { createHttpServer } from "../../src/intake/http-server.ts";
import { startIntake } from "../support/intake-server.ts";
import {
  GITHUB_SECRET,
  REPORT_SECRET,
  signedBytes,
  signedReport,
} from "../support/signed-request.ts";

const REPORT = {
  component: "model-pymk",
  version: "1",
  outcome: "success",
  run: { id: "1" },
};
const MIB = 1024 * 1024;

function statusLines(received: string): readonly string[] {
  return received.match(/HTTP\/1\.1 \d{3}/g) ?? [];
}

/** A promise that the test keeps when it wants. */
function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

function head(path: string, headers: Record<string, string | number>, method = "POST"): string {
  const lines = Object.entries({ host: "slipway", ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

describe("the routes for machines", () => {
  it("healthz answers while the process lives", async () => {
    const { url } = await startIntake();
    const response = await fetch(`${url}/healthz`);
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 200,
      body: { status: "ok" },
    });
  });

  it("readyz answers 200 when ready", async () => {
    const { url } = await startIntake();
    const response = await fetch(`${url}/readyz`);
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 200,
      body: { ready: true, reasons: [], warnings: [] },
    });
  });

  it("readyz answers 503 with the reasons when it is not", async () => {
    const reasons = ["Slack has not authorised the token"];
    const { url } = await startIntake({
      handlers: { readiness: () => ({ ready: false, reasons, warnings: [] }) },
    });
    const response = await fetch(`${url}/readyz`);
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 503,
      body: { ready: false, reasons, warnings: [] },
    });
  });

  it("readyz/intake answers for intake alone", async () => {
    const reasons = ["Slack has not authorised the token"];
    const { url } = await startIntake({
      handlers: { readiness: () => ({ ready: false, reasons, warnings: [] }) },
    });
    expect((await fetch(`${url}/readyz/intake`)).status).toBe(200);
    const full = ["the ledger: the disk is full"];
    const refusing = await startIntake({
      handlers: { intakeReadiness: () => ({ ready: false, reasons: full, warnings: [] }) },
    });
    const response = await fetch(`${refusing.url}/readyz/intake`);
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 503,
      body: { ready: false, reasons: full, warnings: [] },
    });
  });

  it("metrics are exposed for Prometheus, with the events counted", async () => {
    const intake = await startIntake();
    await intake.post("/hooks/ci", signedReport(REPORT));
    await intake.post("/hooks/nobody", signedReport(REPORT));
    const response = await fetch(`${intake.url}/metrics`);
    const text = await response.text();
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).toContain('slipway_events_total{source="ci",outcome="accepted"} 1');
    expect(text).toContain('slipway_events_total{source="unknown",outcome="refused"} 1');
    expect(text).toContain('slipway_intake_seconds_count{source="ci"} 1');
  });

  it("HEAD answers as GET does, without the body", async () => {
    const { url } = await startIntake();
    const response = await fetch(`${url}/healthz`, { method: "HEAD" });
    expect({ status: response.status, text: await response.text() }).toEqual({
      status: 200,
      text: "",
    });
  });

  it("a whole URL as the target, as proxies send it, is understood", async () => {
    const connection = await (await startIntake()).connect();
    connection.write(
      "GET http://slipway.example/healthz?x=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    expect(statusLines(await connection.until())).toEqual(["HTTP/1.1 200"]);
  });
});

describe("Slack's route", () => {
  it("hands over the raw body and the headers in lower case, and sends what comes back", async () => {
    const seen: unknown[] = [];
    const { url } = await startIntake({
      handlers: {
        slack: async ({ headers, body }) => {
          seen.push({ signature: headers["x-slack-signature"], body: body.toString() });
          return { status: 200, body: { text: "hello" } };
        },
      },
    });
    const response = await fetch(`${url}/slack/events`, {
      method: "POST",
      headers: { "X-Slack-Signature": "v0=1" },
      body: "command=%2Frelease",
    });
    expect(await response.json()).toEqual({ text: "hello" });
    expect(seen).toEqual([{ signature: "v0=1", body: "command=%2Frelease" }]);
  });

  it("sends an empty answer where there is nothing to say", async () => {
    const { url } = await startIntake({
      handlers: { slack: async () => ({ status: 200, body: null }) },
    });
    const response = await fetch(`${url}/slack/events`, { method: "POST", body: "{}" });
    expect({
      status: response.status,
      type: response.headers.get("content-type"),
      text: await response.text(),
    }).toEqual({ status: 200, type: null, text: "" });
  });

  it("is not there in Socket Mode", async () => {
    const { url } = await startIntake();
    const response = await fetch(`${url}/slack/events`, { method: "POST", body: "{}" });
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 404,
      body: {
        outcome: "refused",
        code: "unknown_path",
        message: "this Slipway speaks to Slack over Socket Mode",
        delivery: null,
        releases: [],
      },
    });
  });

  it("takes at most 4 MB", async () => {
    let calls = 0;
    const { url } = await startIntake({
      handlers: {
        slack: async () => {
          calls += 1;
          return { status: 200, body: null };
        },
      },
    });
    const post = (size: number) =>
      fetch(`${url}/slack/events`, { method: "POST", body: new Uint8Array(size) });
    expect((await post(4 * MIB)).status).toBe(200);
    expect((await post(4 * MIB + 1)).status).toBe(413);
    expect(calls).toBe(1);
  });
});

describe("strange requests", () => {
  const paths = [
    "//",
    "/",
    "/hooks",
    "/hooks/",
    "/hooks/ci/",
    "/hooks/a/b",
    "/%",
    "/../etc/passwd",
  ];
  for (const path of [
    ...paths,
    "/hooks/%E0%A4%A",
    "/hooks/%00%ff",
    "*",
    "/?/healthz",
    "/HEALTHZ",
  ]) {
    it(`POST ${path} is answered 404`, async () => {
      const connection = await (await startIntake()).connect();
      connection.write(head(path, { "content-length": 0, connection: "close" }));
      const received = await connection.until();
      expect(statusLines(received)).toEqual(["HTTP/1.1 404"]);
      expect(received).toContain('"outcome":"refused"');
    });
  }

  for (const method of ["GET", "HEAD", "OPTIONS"]) {
    it(`${method} // is answered 404`, async () => {
      const connection = await (await startIntake()).connect();
      connection.write(head("//", { connection: "close" }, method));
      expect(statusLines(await connection.until())).toEqual(["HTTP/1.1 404"]);
    });
  }

  it("what is not HTTP is answered 400, and the server lives on", async () => {
    const intake = await startIntake();
    const connection = await intake.connect();
    connection.write("\x16\x03\x01 not http\r\n\r\n");
    expect(statusLines(await connection.until())).toEqual(["HTTP/1.1 400"]);
    expect((await fetch(`${intake.url}/healthz`)).status).toBe(200);
  });

  it("headers that never end are answered 431", async () => {
    const connection = await (await startIntake()).connect();
    connection.write(head("/hooks/ci", { padding: "x".repeat(20_000) }));
    expect(statusLines(await connection.until())).toEqual(["HTTP/1.1 431"]);
  });

  it("a body shorter than it says, cut off, is no event", async () => {
    const intake = await startIntake();
    const { headers, body } = signedReport(REPORT);
    const connection = await intake.connect();
    connection.write(head("/hooks/ci", { ...headers, "content-length": body.length + 1 }));
    connection.write(body);
    connection.socket.end();
    await connection.until();
    const metrics = await (await fetch(`${intake.url}/metrics`)).text();
    expect(metrics).toContain('slipway_events_total{source="ci",outcome="aborted"} 1');
    expect(intake.dispatched).toEqual([]);
  });

  it("requests in one go on one connection are answered each, in their order", async () => {
    const intake = await startIntake();
    const { headers, body } = signedReport(REPORT);
    const post = head("/hooks/ci", { ...headers, "content-length": body.length }) + body.toString();
    const connection = await intake.connect();
    connection.write(
      head("/healthz", {}, "GET") + post + post + head("/nowhere", { connection: "close" }, "GET"),
    );
    const received = await connection.until();
    expect(statusLines(received)).toEqual([
      "HTTP/1.1 200",
      "HTTP/1.1 202",
      "HTTP/1.1 200",
      "HTTP/1.1 404",
    ]);
    expect(intake.dispatched).toHaveLength(1);
  });

  it("a connection is used again after a refusal whose body was never wanted", async () => {
    const connection = await (await startIntake()).connect();
    connection.write(`${head("/nowhere", { "content-length": 5 })}12345`);
    await connection.until("there is nothing at this path");
    connection.write(head("/healthz", { connection: "close" }, "GET"));
    expect(statusLines(await connection.until())).toEqual(["HTTP/1.1 404", "HTTP/1.1 200"]);
  });
});

describe("large and slow bodies", () => {
  it("a chunked body is refused at the byte that is too many, not at its end", async () => {
    const intake = await startIntake();
    const { headers } = signedBytes(Buffer.alloc(0));
    const connection = await intake.connect();
    connection.write(head("/hooks/ci", { ...headers, "transfer-encoding": "chunked" }));
    const chunk = Buffer.alloc(MIB, 0x20);
    for (let sent = 0; sent < 26; sent += 1) {
      connection.write(`${chunk.length.toString(16)}\r\n`);
      connection.write(chunk);
      connection.write("\r\n");
    }
    const received = await connection.until("body_too_large");
    expect(statusLines(received)).toEqual(["HTTP/1.1 413"]);
    connection.socket.destroy();
  });

  it("a body that says beforehand that it is too large is not asked for", async () => {
    const intake = await startIntake();
    const { headers } = signedBytes(Buffer.alloc(0));
    const connection = await intake.connect();
    connection.write(
      head("/hooks/ci", { ...headers, "content-length": 26 * MIB, expect: "100-continue" }),
    );
    expect(statusLines(await connection.until())).toEqual(["HTTP/1.1 413"]);
  });

  it("a sender that asks first is told to go on, then answered", async () => {
    const intake = await startIntake();
    const { headers, body } = signedReport(REPORT);
    const connection = await intake.connect();
    connection.write(
      head("/hooks/ci", { ...headers, "content-length": body.length, expect: "100-continue" }),
    );
    await connection.until("HTTP/1.1 100 Continue");
    connection.write(body);
    const received = await connection.until("accepted");
    expect(statusLines(received)).toEqual(["HTTP/1.1 100", "HTTP/1.1 202"]);
    connection.socket.destroy();
  });

  it("a sender that asks first at a path that is not there is not told to go on", async () => {
    const connection = await (await startIntake()).connect();
    connection.write(head("/nowhere", { "content-length": 10, expect: "100-continue" }));
    expect(statusLines(await connection.until())).toEqual(["HTTP/1.1 404"]);
  });

  const impatient = { headers: 50, request: 100, check: 20 };

  it("a body that does not come is given up: 408, and no event", async () => {
    const intake = await startIntake({ limits: impatient });
    const { headers, body } = signedReport(REPORT);
    const connection = await intake.connect();
    connection.write(head("/hooks/ci", { ...headers, "content-length": body.length }));
    connection.write(body.subarray(0, 10));
    expect(statusLines(await connection.until())).toEqual(["HTTP/1.1 408"]);
    expect(intake.dispatched).toEqual([]);
  });

  it("headers that do not come are given up: 408", async () => {
    const connection = await (await startIntake({ limits: impatient })).connect();
    connection.write("POST /hooks/ci HTTP/1.1\r\nhost: slip");
    expect(statusLines(await connection.until())).toEqual(["HTTP/1.1 408"]);
  });

  it("bodies that together are more than the memory set aside are sent away, and it is given back", async () => {
    const intake = await startIntake({ limits: { allBytes: 1000 } });
    const big = signedBytes(Buffer.alloc(1001, 0x20));
    const overloaded = await intake.post("/hooks/ci", big);
    expect({ status: overloaded.status, answer: overloaded.answer }).toEqual({
      status: 503,
      answer: {
        outcome: "unavailable",
        code: "overloaded",
        message: "too many large bodies at once; nothing was recorded, send it again",
        delivery: null,
        releases: [],
      },
    });
    expect(overloaded.headers.get("retry-after")).toBe("5");
    for (const id of ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]) {
      expect((await intake.post("/hooks/ci", signedReport(REPORT, { id }))).status).toBe(202);
    }
  });
});

describe("what fails inside", () => {
  it("is answered 500 with a reference that the log has too, and with nothing else", async () => {
    const intake = await startIntake({
      respond: { "model-pymk": new Error(`boom ${REPORT_SECRET} ${GITHUB_SECRET}`) },
    });
    const posted = await intake.post(
      "/hooks/ci",
      signedReport({ ...REPORT, notes: "words of the body" }),
    );
    expect({ status: posted.status, answer: posted.answer }).toEqual({
      status: 500,
      answer: {
        outcome: "error",
        code: "internal_error",
        message: "something failed here; the log has the cause under reference reference-1",
        reference: "reference-1",
        delivery: null,
        releases: [],
      },
    });
    const logged = intake.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(logged.map(({ msg, reference, error }) => ({ msg, reference, error }))).toEqual([
      { msg: "request failed", reference: "reference-1", error: "boom [redacted] [redacted]" },
    ]);
    expect(intake.lines.join("")).not.toContain("words of the body");
    expect(intake.lines.join("").match(/ at /g) ?? []).toEqual([]);
  });

  it("is counted", async () => {
    const intake = await startIntake({ respond: { "model-pymk": new Error("boom") } });
    await intake.post("/hooks/ci", signedReport(REPORT));
    const metrics = await (await fetch(`${intake.url}/metrics`)).text();
    expect(metrics).toContain('slipway_events_total{source="ci",outcome="error"} 1');
  });

  it("is answered 500 at Slack's route and at readyz too", async () => {
    const fails = async () => {
      throw new Error("boom");
    };
    const { url } = await startIntake({ handlers: { slack: fails, readiness: fails } });
    expect((await fetch(`${url}/slack/events`, { method: "POST", body: "{}" })).status).toBe(500);
    expect((await fetch(`${url}/readyz`)).status).toBe(500);
  });
});

describe("the log", () => {
  it("has one line for each delivery, without the body and without a secret", async () => {
    const intake = await startIntake();
    await intake.post("/hooks/ci", signedReport({ ...REPORT, notes: "words of the body" }));
    await intake.post("/hooks/ci", signedReport({ ...REPORT, surprise: "words of the body" }));
    const logged = intake.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(logged.map(({ time: _time, ...fields }) => fields)).toEqual([
      {
        level: "info",
        source: "ci",
        status: 202,
        outcome: "accepted",
        code: "accepted",
        delivery: "msg_1",
        releases: ["model-pymk@1"],
        milliseconds: 0,
        msg: "event answered",
      },
      {
        level: "warn",
        source: "ci",
        status: 400,
        outcome: "refused",
        code: "not_this_system",
        delivery: "msg_1",
        releases: [],
        milliseconds: 0,
        msg: "event answered",
      },
    ]);
    expect(intake.lines.join("")).not.toMatch(/words of the body|surprise|whsec_/);
  });
});

describe("starting and stopping", () => {
  it("a port that is taken is a configuration error that says what to change", async () => {
    const { port, hooks, clock, telemetry, logger } = await startIntake();
    const second = createHttpServer({
      host: "127.0.0.1",
      port,
      hooks,
      slack: null,
      readiness: () => ({ ready: true, reasons: [], warnings: [] }),
      intakeReadiness: () => ({ ready: true, reasons: [], warnings: [] }),
      registry: telemetry.registry,
      clock,
      logger,
      newId: () => "1",
    });
    await expect(second.start()).rejects.toMatchObject({
      name: "ConfigError",
      message: `HOST, PORT: cannot listen on 127.0.0.1:${port} (listen EADDRINUSE: address already in use 127.0.0.1:${port}); choose another port`,
    });
  });

  it("stopping lets the request under way finish, and takes no other", async () => {
    const release = gate();
    const arrived = gate();
    const intake = await startIntake({
      handlers: {
        slack: async () => {
          arrived.open();
          await release.opened;
          return { status: 200, body: "done" };
        },
      },
    });
    const idle = await intake.connect();
    idle.write(head("/healthz", {}, "GET"));
    await idle.until("ok");
    const answer = fetch(`${intake.url}/slack/events`, { method: "POST", body: "{}" });
    await arrived.opened;

    const stopped = intake.server.stop(10_000);
    await idle.until();
    await expect(fetch(`${intake.url}/healthz`)).rejects.toThrow();
    release.open();
    const response = await answer;
    expect({
      text: await response.text(),
      connection: response.headers.get("connection"),
    }).toEqual({ text: "done", connection: "close" });
    await stopped;
  });

  it("stopping cuts what is not done in time", async () => {
    const arrived = gate();
    const intake = await startIntake({
      handlers: {
        slack: () => {
          arrived.open();
          return new Promise(() => undefined);
        },
      },
    });
    const answer = fetch(`${intake.url}/slack/events`, { method: "POST", body: "{}" });
    const cut = expect(answer).rejects.toThrow();
    await arrived.opened;
    const stopped = intake.server.stop(10_000);
    await intake.clock.advance(10_000);
    await stopped;
    await cut;
  });

  it("stopping twice is stopping once", async () => {
    const { server } = await startIntake();
    await Promise.all([server.stop(1), server.stop(1)]);
  });
});
