import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { exchange, type HttpRequest } from "../../src/effects/http-exchange.ts";
import { AdapterError } from "../../src/shared/errors.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import {
  type ScriptedAnswer,
  type ScriptedServer,
  startServer,
} from "../support/scripted-server.ts";

const servers: ScriptedServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serverThatAnswers(answer: ScriptedAnswer): Promise<ScriptedServer> {
  const server = await startServer(() => answer);
  servers.push(server);
  return server;
}

function request(url: string, overrides: Partial<HttpRequest> = {}): HttpRequest {
  return { method: "POST", url, headers: {}, body: "hello", ...overrides };
}

const clock = createFakeClock();
const LIMITS = { clock, signal: new AbortController().signal, timeout: 30_000, maxBytes: 100 };

async function failure(work: Promise<unknown>): Promise<Partial<AdapterError>> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    const { message, retryable, uncertain } = error;
    return { message, retryable, uncertain };
  }
  throw new Error("it did not fail");
}

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

describe("an exchange", () => {
  it("returns status, headers and text of any answer", async () => {
    const server = await serverThatAnswers({
      status: 418,
      headers: { "X-Kind": "teapot" },
      text: "short and stout",
    });
    const answer = await exchange(request(server.url, { headers: { "X-Key": "k" } }), LIMITS);
    expect(answer).toMatchObject({
      status: 418,
      headers: { "x-kind": "teapot" },
      text: "short and stout",
    });
    expect(server.requests()).toMatchObject([
      { method: "POST", url: "/", headers: { "x-key": "k" }, body: "hello" },
    ]);
  });

  it("sends credentials of the address as a header, where none is configured", async () => {
    const server = await serverThatAnswers({});
    const address = server.url.replace("http://", "http://bot:s%3Acret@");
    await exchange(request(address), LIMITS);
    await exchange(request(address, { headers: { Authorization: "Bearer t" } }), LIMITS);
    expect(server.requests().map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${Buffer.from("bot:s:cret").toString("base64")}`,
      "Bearer t",
    ]);
  });

  it("does not follow a redirect", async () => {
    const target = await serverThatAnswers({ text: "elsewhere" });
    const server = await serverThatAnswers({ status: 307, headers: { location: target.url } });
    const answer = await exchange(request(server.url), LIMITS);
    expect(answer.status).toBe(307);
    expect(target.requests()).toEqual([]);
  });

  it("that nobody listens to was certainly not sent", async () => {
    const port = await closedPort();
    expect(
      await failure(exchange(request(`http://127.0.0.1:${port}/secret-path`), LIMITS)),
    ).toEqual({
      message: `127.0.0.1:${port}: the connection was refused`,
      retryable: true,
      uncertain: false,
    });
  });

  it("to a name that does not exist was certainly not sent", async () => {
    expect(await failure(exchange(request("http://nowhere.invalid/"), LIMITS))).toMatchObject({
      retryable: true,
      uncertain: false,
    });
  });

  it("whose answer is lost is uncertain", async () => {
    const server = await serverThatAnswers("lost");
    expect(await failure(exchange(request(server.url), LIMITS))).toEqual({
      message: `${new URL(server.url).host}: the connection was cut`,
      retryable: true,
      uncertain: true,
    });
    expect(server.requests()).toHaveLength(1);
  });

  it("without an answer in time is uncertain", async () => {
    const server = await serverThatAnswers("silence");
    const failed = failure(exchange(request(server.url), LIMITS));
    await server.received(1);
    await clock.advance(30_000);
    expect(await failed).toEqual({
      message: `${new URL(server.url).host} did not answer within 30 s`,
      retryable: true,
      uncertain: true,
    });
  });

  it("ends with the caller's reason when the caller gives up", async () => {
    const server = await serverThatAnswers("silence");
    const caller = new AbortController();
    const reason = new AdapterError("the process stops", { retryable: true });
    const failed = failure(exchange(request(server.url), { ...LIMITS, signal: caller.signal }));
    await server.received(1);
    caller.abort(reason);
    expect(await failed).toMatchObject({ message: "the process stops" });
  });

  it("that has been given up before is not sent", async () => {
    const server = await serverThatAnswers({});
    const signal = AbortSignal.abort(new AdapterError("stopped", { retryable: true }));
    expect(await failure(exchange(request(server.url), { ...LIMITS, signal }))).toMatchObject({
      message: "stopped",
    });
    expect(server.requests()).toEqual([]);
  });

  it("reads an answer up to its limit and no further", async () => {
    const fits = await serverThatAnswers({ text: "x".repeat(100) });
    expect((await exchange(request(fits.url), LIMITS)).text).toHaveLength(100);
    const large = await serverThatAnswers({ text: "x".repeat(101) });
    expect(await failure(exchange(request(large.url), LIMITS))).toEqual({
      message: `${new URL(large.url).host} answered with more than 100 bytes`,
      retryable: true,
      uncertain: true,
    });
  });
});

describe("a request that cannot be sent says why, and is never uncertain", () => {
  it.each([
    {
      name: "no address",
      given: request("gate/deploys"),
      why: "its url is not an http or https address",
    },
    {
      name: "another protocol",
      given: request("file:///etc/passwd"),
      why: "its url is not an http or https address",
    },
    {
      name: "GET with a body",
      given: request("http://a/", { method: "GET" }),
      why: "a GET request cannot have a body",
    },
    {
      name: "a header with a line break",
      given: request("http://a/", { headers: { "x-key": "a\r\nx-admin: 1" } }),
      why: 'its header "x-key" holds a character that headers cannot hold',
    },
  ])("$name", async ({ given, why }) => {
    expect(await failure(exchange(given, LIMITS))).toEqual({
      message: `the request cannot be sent: ${why}`,
      retryable: false,
      uncertain: false,
    });
  });
});
