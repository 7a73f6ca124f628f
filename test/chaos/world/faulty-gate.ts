import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from "node:http";
import type { AddressInfo } from "node:net";

/** How a request goes wrong on its way. */
export type Fault =
  | { readonly kind: "none" }
  /** It is answered with this, and never arrives. */
  | { readonly kind: "refuse"; readonly status: number; readonly retryAfter: number | null }
  /** The line is cut before it arrives. */
  | { readonly kind: "cut-before" }
  /** It arrives, and takes effect; the line is cut instead of an answer. */
  | { readonly kind: "cut-after" }
  /** It arrives, and takes effect; the answer is this status. */
  | { readonly kind: "fail-after"; readonly status: number }
  /** It arrives late; not at all if whoever sent it has hung up by then. */
  | { readonly kind: "slow"; readonly milliseconds: number }
  /** It arrives, and takes effect; the answer is late. */
  | { readonly kind: "slow-answer"; readonly milliseconds: number };

export interface PassedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Stands before an HTTP server of the world, and breaks requests as it is told. */
export interface FaultyGate {
  readonly url: string;
  /** Requests by the kind of fault that they met. */
  faults(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export async function openFaultyGate(
  target: string,
  faultFor: (request: PassedRequest) => Fault,
): Promise<FaultyGate> {
  const counts: Record<string, number> = {};

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const { method = "GET", url = "/", headers } = incoming;
    const passed = { method, url, headers, body: body.toString("utf8") };
    const fault = faultFor(passed);
    counts[fault.kind] = (counts[fault.kind] ?? 0) + 1;
    const pass = () => forward(target, passed, body);
    const hangUp = () => void incoming.socket.destroy();
    switch (fault.kind) {
      case "none":
        return reply(response, await pass());
      case "refuse": {
        const extra = fault.retryAfter === null ? {} : { "retry-after": String(fault.retryAfter) };
        response.writeHead(fault.status, { "content-type": "application/json", ...extra });
        response.end('{"ok":false,"message":"refused by chance"}');
        return;
      }
      case "cut-before":
        return hangUp();
      case "cut-after":
        await pass();
        return hangUp();
      case "fail-after":
        await pass();
        response.writeHead(fault.status).end("failed by chance");
        return;
      case "slow":
        await after(fault.milliseconds);
        if (!incoming.socket.destroyed) reply(response, await pass());
        return;
      case "slow-answer": {
        const answer = await pass();
        await after(fault.milliseconds);
        return reply(response, answer);
      }
    }
  }

  const server = createServer((incoming, response) => {
    // Where the target itself hangs up, or the client has: there is nobody to tell.
    handle(incoming, response).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    faults: () => counts,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function forward(target: string, passed: PassedRequest, body: Buffer): Promise<Answer> {
  const { hostname, port } = new URL(target);
  const { connection: _connection, host: _host, ...headers } = passed.headers;
  return new Promise((resolve, reject) => {
    const outgoing = send(
      { hostname, port, method: passed.method, path: passed.url, headers, agent: false },
      (incoming) => {
        bodyOf(incoming).then(
          (answered) =>
            resolve({
              status: incoming.statusCode ?? 502,
              headers: incoming.headers,
              body: answered,
            }),
          reject,
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function reply(response: ServerResponse, { status, headers, body }: Answer): void {
  const { connection: _connection, "transfer-encoding": _encoding, ...kept } = headers;
  response.writeHead(status, { ...kept, "content-length": String(body.length) });
  response.end(body);
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
