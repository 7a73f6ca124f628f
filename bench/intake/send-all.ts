import { connect, type Socket } from "node:net";
import { percentile } from "../harness/statistics.ts";

export interface Sending {
  readonly port: number;
  /** Whole HTTP requests as bytes. */
  readonly requests: readonly Buffer[];
  readonly connections: number;
  /** What every answer must say. */
  readonly status: number;
}

export interface LoadResult {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Share of the time in which this process worked: near 1 it would have measured itself. */
  readonly busy: number;
}

/**
 * Sends the requests over so many connections that stay open, each waiting for its answer.
 * @throws when one is answered otherwise than it must be
 */
export async function sendAll(sending: Sending): Promise<LoadResult> {
  const { requests } = sending;
  const latencies: number[] = [];
  let next = 0;
  const sockets = await Promise.all(
    Array.from({ length: sending.connections }, () => open(sending.port)),
  );
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve, reject) => {
          let sentAt = 0;
          let received = "";
          const send = () => {
            const request = requests[next];
            next += 1;
            if (request === undefined) return resolve();
            sentAt = performance.now();
            socket.write(request);
          };
          socket.on("data", (chunk) => {
            received += chunk.toString("latin1");
            const status = statusOfWhole(received);
            if (status === null) return;
            if (status !== sending.status) return reject(new Error(`answered: ${received}`));
            latencies.push(performance.now() - sentAt);
            received = "";
            send();
          });
          socket.on("error", reject);
          socket.on("close", () => reject(new Error("the server closed the connection")));
          send();
        }),
    ),
  );
  const milliseconds = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  for (const socket of sockets) socket.removeAllListeners("close").destroy();
  return {
    perSecond: (requests.length / milliseconds) * 1000,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    busy: (user + system) / 1000 / milliseconds,
  };
}

/** The status of an answer that has come whole; null: more is to come. */
function statusOfWhole(text: string): number | null {
  const head = text.indexOf("\r\n\r\n");
  if (head === -1) return null;
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(text.slice(0, head + 2))?.[1];
  if (length === undefined) throw new Error(`an answer without its length: ${text}`);
  return text.length < head + 4 + Number(length) ? null : Number(text.slice(9, 12));
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.once("connect", () => resolve(socket)).once("error", reject);
  });
}
