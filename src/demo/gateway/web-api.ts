import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Answer, type Arguments, ok, refused, text } from "./answer.ts";
import { CHANNEL_METHODS } from "./channel-methods.ts";
import { type Failures, failureAnswer } from "./failures.ts";
import { FILE_METHODS } from "./file-methods.ts";
import { UPLOAD_PATH } from "./file-store.ts";
import type { Gateway, Methods } from "./gateway.ts";
import { MESSAGE_METHODS } from "./message-methods.ts";
import { PEOPLE_METHODS } from "./people-methods.ts";
import { createRateLimits } from "./rate-limits.ts";
import type { ResponseUrls } from "./response-urls.ts";
import { VIEW_METHODS } from "./view-methods.ts";
import { APP_TOKEN, BOT_TOKEN } from "./workspace.ts";

const METHODS: Methods = {
  ...PEOPLE_METHODS,
  ...CHANNEL_METHODS,
  ...FILE_METHODS,
  ...MESSAGE_METHODS,
  ...VIEW_METHODS,
};

/** Arguments that Slack takes as JSON inside a form. */
const JSON_ARGUMENTS = ["blocks", "view", "metadata", "attachments", "files"];

/** A call of the Web API, as it came in. */
export interface RecordedCall {
  readonly method: string;
  readonly args: Arguments;
  readonly at: number;
  /** `ok`, Slack's error code, `http <status>`, or `dropped`. */
  readonly outcome: string;
}

export interface WebApiOptions {
  readonly gateway: Gateway;
  readonly failures: Failures;
  readonly responseUrls: ResponseUrls;
  readonly calls: RecordedCall[];
  /** Whether to answer 429 as Slack would. */
  readonly rateLimits: boolean;
  /** Where Socket Mode connects to, given the server's own address. */
  readonly socketPath: string;
}

/** Answers Slack's Web API over HTTP. The server listens on a free port of the loopback address. */
export async function listenForCalls(server: Server, options: WebApiOptions): Promise<string> {
  const limits = createRateLimits(options.gateway.now);

  async function answer(method: string, args: Arguments, token: string): Promise<Answer> {
    if (method === "apps.connections.open") {
      if (token !== APP_TOKEN) return refused("invalid_auth");
      return ok({ url: `${url.replace("http", "ws")}${options.socketPath}` });
    }
    if (token !== BOT_TOKEN) return refused("invalid_auth");
    const limited = options.rateLimits ? limits.refusal(method, args) : null;
    if (limited !== null) return limited;
    const own = METHODS[method];
    return own === undefined
      ? options.gateway.upstream.call(method, args)
      : own(args, options.gateway);
  }

  async function call(request: IncomingMessage, response: ServerResponse, path: string) {
    const method = path.replace("/api/", "");
    const args = await readArguments(request);
    const at = options.gateway.now();
    const done = (outcome: string) => options.calls.push({ method, args, at, outcome });
    const failure = options.failures.take(method);
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    if (failure?.kind === "drop") {
      if (failure.when === "after") await answer(method, args, token);
      done("dropped");
      failure.meanwhile?.();
      request.socket.destroy();
      return;
    }
    const result = (failure && failureAnswer(failure)) ?? (await answer(method, args, token));
    done(outcomeOf(result));
    send(response, result);
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname.startsWith("/api/")) return call(request, response, pathname);
    if (pathname.startsWith("/response/")) {
      const status = options.responseUrls.receive(pathname, await readArguments(request));
      response.writeHead(status).end(status === 200 ? "ok" : "used_url");
      return;
    }
    if (pathname.startsWith(UPLOAD_PATH)) {
      const status = options.gateway.files.receive(pathname, await readBytes(request));
      response.writeHead(status).end();
      return;
    }
    response.writeHead(404).end();
  }

  server.on("request", (request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return url;
}

async function readArguments(request: IncomingMessage): Promise<Arguments> {
  const body = (await readBytes(request)).toString("utf8");
  if ((request.headers["content-type"] ?? "").startsWith("application/json")) {
    return JSON.parse(body === "" ? "{}" : body) as Arguments;
  }
  const args: Record<string, unknown> = Object.fromEntries(new URLSearchParams(body));
  for (const name of JSON_ARGUMENTS) {
    if (typeof args[name] === "string") args[name] = JSON.parse(text(args, name));
  }
  return args;
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function outcomeOf(answer: Answer): string {
  if (answer.status !== 200) return `http ${answer.status}`;
  return answer.body.ok === true ? "ok" : String(answer.body.error);
}

function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
  response.end(JSON.stringify(answer.body));
}
