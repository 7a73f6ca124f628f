import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { APP_ID } from "./workspace.ts";

const ACKNOWLEDGE_WITHIN = 3_000;
/** How often an event is delivered again that nobody acknowledged; what people do is not. */
const EVENT_RETRIES = 3;

interface Acknowledgement {
  readonly body: unknown;
}

export type EnvelopeType = "slash_commands" | "interactive" | "events_api";

/** Slack's end of Socket Mode. */
export interface SocketMode {
  readonly path: string;
  /** Open connections. */
  connections(): number;
  /** Resolves when there are at least so many: one, unless said otherwise. */
  connected(count?: number): Promise<void>;
  /**
   * Delivers to one connection, to each in its turn. Resolves to what the app acknowledged with, or null when
   * it did not within three seconds or the connection broke. Events are then delivered again.
   */
  send(type: EnvelopeType, payload: unknown): Promise<{ readonly body: unknown } | null>;
  /** Whether everything is delivered to every connection at once: a repetition that overtakes the first. */
  copyToAll(on: boolean): void;
  /**
   * Asked at each delivery: what is given is waited for, and then the same is delivered once more, to the
   * connection whose turn it is then. Nobody hears how that was acknowledged.
   */
  repeat(again: () => Promise<void> | null): void;
  /** Asks every connection to come again, as Slack does when it moves a connection. */
  refresh(): void;
  /** Cuts every connection. */
  cut(): void;
  /** Cuts the one that something was delivered to last. */
  cutOne(): void;
  close(): void;
}

export function attachSocketMode(server: Server): SocketMode {
  const sockets = new Set<WebSocket>();
  const waiting = new Map<string, (body: unknown) => void>();
  let onConnected: (() => void)[] = [];
  let copies = false;
  let repeats: () => Promise<void> | null = () => null;
  const path = "/link/";
  const webSockets = new WebSocketServer({ server, path });

  webSockets.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("message", (data) => {
      const { envelope_id: id, payload } = JSON.parse(String(data)) as {
        envelope_id: string;
        payload?: unknown;
      };
      waiting.get(id)?.(payload);
    });
    socket.send(
      JSON.stringify({
        type: "hello",
        num_connections: sockets.size,
        connection_info: { app_id: APP_ID },
      }),
    );
    const look = onConnected;
    onConnected = [];
    for (const connected of look) connected();
  });

  /** The one whose turn it is, which is then the last in line; undefined where there is none. */
  function next(): WebSocket | undefined {
    const [socket] = sockets;
    if (socket === undefined) return undefined;
    sockets.delete(socket);
    sockets.add(socket);
    return socket;
  }

  function sendTo(
    socket: WebSocket,
    envelope: Readonly<Record<string, unknown>>,
  ): Promise<Acknowledgement | null> {
    const id = randomUUID();
    return new Promise((resolve) => {
      const settle = (answer: Acknowledgement | null) => {
        clearTimeout(timer);
        waiting.delete(id);
        socket.off("close", broken);
        resolve(answer);
      };
      const broken = () => settle(null);
      const timer = setTimeout(broken, ACKNOWLEDGE_WITHIN);
      socket.once("close", broken);
      waiting.set(id, (body) => settle({ body }));
      socket.send(JSON.stringify({ envelope_id: id, ...envelope }));
    });
  }

  async function deliver(
    envelope: Readonly<Record<string, unknown>>,
  ): Promise<Acknowledgement | null> {
    if (copies) {
      const answers = await Promise.all([...sockets].map((socket) => sendTo(socket, envelope)));
      return answers.find((answer) => answer !== null) ?? null;
    }
    const socket = next();
    if (socket === undefined) return null;
    void repeats()?.then(() => {
      const then = next();
      return then === undefined ? null : sendTo(then, envelope);
    });
    return sendTo(socket, envelope);
  }

  return {
    path,
    connections: () => sockets.size,
    connected: (count = 1) =>
      new Promise((resolve) => {
        const look = () => {
          if (sockets.size >= count) resolve();
          else onConnected.push(look);
        };
        look();
      }),
    async send(type, payload) {
      const isEvent = type === "events_api";
      const envelope = { type, payload, accepts_response_payload: !isEvent };
      let answer = await deliver(envelope);
      for (let retry = 1; isEvent && answer === null && retry <= EVENT_RETRIES; retry += 1) {
        answer = await deliver({ ...envelope, retry_attempt: retry, retry_reason: "timeout" });
      }
      return answer;
    },
    copyToAll(on) {
      copies = on;
    },
    repeat(again) {
      repeats = again;
    },
    refresh() {
      for (const socket of sockets) {
        sockets.delete(socket);
        socket.send(JSON.stringify({ type: "disconnect", reason: "refresh_requested" }));
      }
    },
    cut() {
      for (const socket of sockets) socket.terminate();
      sockets.clear();
    },
    cutOne() {
      [...sockets].at(-1)?.terminate();
    },
    close() {
      for (const socket of sockets) socket.terminate();
      webSockets.close();
    },
  };
}
