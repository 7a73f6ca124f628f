import { describe, expect, it } from "vitest";
import { verifyStandardWebhook } from "../../src/intake/sources/standard-webhooks.ts";
import { readSigner } from "../../src/report/destination.ts";
import { sendReport } from "../../src/report/send-report.ts";
import { eagerClock } from "../support/eager-clock.ts";
import { answered, fakeFetch, networkError } from "../support/fake-fetch.ts";
import { NOW, REPORT_SECRET } from "../support/signed-request.ts";

const BODY = '{"component":"model-pymk"}';

async function send(...answers: Parameters<typeof fakeFetch>[0]) {
  const signer = await readSigner({ SLIPWAY_REPORT_SECRET: REPORT_SECRET }, "/");
  if (signer.kind === "problem") throw new Error(signer.problem);
  const { fetch, sent } = fakeFetch(answers);
  const clock = eagerClock(NOW);
  const retries: string[] = [];
  const result = await sendReport(
    {
      url: new URL("https://slipway.example/hooks/ci"),
      body: BODY,
      id: "msg_1",
      signer: signer.value,
    },
    { fetch, clock, onRetry: (why, pause) => retries.push(`${why}, ${pause}`) },
  );
  const seconds = clock.slept.map((milliseconds) => milliseconds / 1000);
  return { result, sent, seconds, retries };
}

const ACCEPTED = {
  kind: "answered",
  status: 202,
  answer: {
    outcome: "accepted",
    code: "accepted",
    message: "it was accepted",
    delivery: "d",
    releases: [],
  },
};

describe("sending a report", () => {
  it("is done once it is answered", async () => {
    const { result, sent, seconds } = await send(answered(202, "accepted"));
    expect(result).toEqual(ACCEPTED);
    expect(seconds).toEqual([]);
    expect(sent.map(({ url, body, redirect }) => ({ url, body, redirect }))).toEqual([
      { url: "https://slipway.example/hooks/ci", body: BODY, redirect: "manual" },
    ]);
  });

  const retried: readonly (readonly [string, Error | (() => Response)])[] = [
    ["a network that fails", networkError("connect ECONNREFUSED 127.0.0.1:3000")],
    ["408", answered(408, "refused")],
    ["429", answered(429, "refused")],
    ["500", answered(500, "error")],
    ["503", answered(503, "unavailable")],
    ["a gateway's page", () => new Response("<html>Bad gateway</html>", { status: 502 })],
    ["a time-out", new DOMException("The operation was aborted due to timeout", "TimeoutError")],
  ];
  for (const [name, answer] of retried) {
    it(`is tried again after ${name}`, async () => {
      const { result, sent } = await send(answer, answered(202, "accepted"));
      expect(result).toEqual(ACCEPTED);
      expect(sent).toHaveLength(2);
    });
  }

  for (const status of [400, 401, 404, 405, 413, 415, 422]) {
    it(`is not tried again after ${status}`, async () => {
      const { result, sent } = await send(answered(status, "refused"));
      expect(result).toMatchObject({ kind: "answered", status });
      expect(sent).toHaveLength(1);
    });
  }

  it("keeps its id through all attempts, and signs each for its own time", async () => {
    const { sent } = await send(
      networkError("reset"),
      answered(503, "unavailable"),
      answered(202, "accepted"),
    );
    expect(sent.map(({ headers }) => headers.get("webhook-id"))).toEqual([
      "msg_1",
      "msg_1",
      "msg_1",
    ]);
    expect(sent.map(({ headers }) => Number(headers.get("webhook-timestamp")))).toEqual([
      NOW / 1000,
      NOW / 1000 + 1,
      NOW / 1000 + 3,
    ]);
    for (const { headers, body } of sent) {
      const at = Number(headers.get("webhook-timestamp")) * 1000;
      const request = { headers: Object.fromEntries(headers), body: Buffer.from(body) };
      expect(verifyStandardWebhook(request, [REPORT_SECRET], at)).toEqual({ kind: "verified" });
    }
  });

  it("is given up after eight attempts, with pauses that grow to half a minute", async () => {
    const { result, sent, seconds } = await send(networkError("connect ECONNREFUSED"));
    expect(result).toEqual({ kind: "silent", why: "connect ECONNREFUSED" });
    expect(sent).toHaveLength(8);
    expect(seconds).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });

  it("is given up with the last answer there was", async () => {
    const { result } = await send(answered(503, "unavailable"));
    expect(result).toMatchObject({
      kind: "answered",
      status: 503,
      answer: { outcome: "unavailable" },
    });
  });

  const pauses: readonly (readonly [string, number])[] = [
    ["5", 5],
    ["0", 1],
    ["100000", 120],
    ["Sun, 22 Nov 2026 14:00:20 GMT", 20],
    ["Sun, 22 Nov 2026 13:00:00 GMT", 1],
    ["soon", 1],
  ];
  for (const [header, pause] of pauses) {
    it(`waits ${pause} seconds when asked to retry after ${header}`, async () => {
      const busy = answered(429, "refused", { "retry-after": header });
      const { seconds } = await send(busy, answered(202, "accepted"));
      expect(seconds).toEqual([pause]);
    });
  }

  it("tells why before each pause", async () => {
    const { retries } = await send(
      networkError("reset"),
      answered(503, "unavailable"),
      answered(202, "accepted"),
    );
    expect(retries).toEqual(["reset, 1000", "it was unavailable, 2000"]);
  });

  it("does not follow a redirect, which would lose the report", async () => {
    const moved = () =>
      new Response(null, { status: 301, headers: { location: "https://x.example/" } });
    const { result, sent } = await send(moved);
    expect(result).toEqual({
      kind: "strange",
      why: "answered 301, go to https://x.example/: use that address",
    });
    expect(sent).toHaveLength(1);
  });

  it("does not take any 200 for a success", async () => {
    for (const body of ["ok", "{}", '{"outcome":"great","message":"x"}', "null"]) {
      const { result } = await send(() => new Response(body, { status: 200 }));
      expect(result).toEqual({
        kind: "strange",
        why: "answered 200, and not as Slipway does: is the address right?",
      });
    }
  });
});
