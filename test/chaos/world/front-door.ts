import { createServer, type IncomingMessage, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import type { SeededRandom } from "../../support/seeded-random.ts";
import { after } from "./faulty-gate.ts";

export interface Posted {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Status 0: no replica answered. */
export interface Answered {
  readonly status: number;
  readonly body: string;
}

/** What stands before the replicas: sends each request to any of them, and some to two. */
export interface FrontDoor {
  /** Where Slack posts to. */
  readonly slackUrl: string;
  post(request: Posted): Promise<Answered>;
  /** Requests that were delivered twice. */
  doubled(): number;
  calm(): void;
  close(): Promise<void>;
}

const ANSWER_WITHIN = 8_000;

export async function openFrontDoor(options: {
  readonly ports: () => readonly number[];
  readonly random: SeededRandom;
}): Promise<FrontDoor> {
  const { ports, random } = options;
  let doubled = 0;
  let isCalm = false;

  async function post(request: Posted): Promise<Answered> {
    const up = ports();
    if (up.length === 0) return { status: 0, body: "" };
    const first = random.pick(up);
    if (isCalm || !random.chance(0.1)) return postTo(first, request);
    doubled += 1;
    const late = after(random.below(300)).then(() => postTo(random.pick(up), request));
    const [answer] = await Promise.all([postTo(first, request), late]);
    return answer;
  }

  const server = createServer((incoming, response) => {
    const pass = async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      // Now and then it takes its time, so that what was done later arrives first.
      if (!isCalm && random.chance(0.1)) await after(random.below(500));
      const headers = headersOf(incoming);
      const { status, body } = await post({
        path: incoming.url ?? "/",
        headers,
        body: Buffer.concat(chunks),
      });
      response.writeHead(status === 0 ? 502 : status).end(body);
    };
    pass().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    slackUrl: `http://127.0.0.1:${port}/slack/events`,
    post,
    doubled: () => doubled,
    calm: () => {
      isCalm = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const kept = Object.entries(headers).filter(
    ([name, value]) => typeof value === "string" && !["host", "connection"].includes(name),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}

function postTo(port: number, { path, headers, body }: Posted): Promise<Answered> {
  return new Promise((resolve) => {
    const nothing = () => resolve({ status: 0, body: "" });
    const outgoing = send(
      {
        host: "127.0.0.1",
        port,
        method: "POST",
        path,
        headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
        agent: false,
        timeout: ANSWER_WITHIN,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("end", () =>
          resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        );
        incoming.on("error", nothing);
      },
    );
    outgoing.on("timeout", () => outgoing.destroy());
    outgoing.on("error", nothing);
    outgoing.end(body);
  });
}
