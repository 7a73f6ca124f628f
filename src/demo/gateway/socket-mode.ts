import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { APP_ID } from "./workspace.ts";

const ACKNOWLEDGE_WITHIN = 3_000;

export type EnvelopeType = "slash_commands" | "interactive" | "events_api";

/** Slack's end of Socket Mode. */
export interface SocketMode {
  readonly path: string;
  /** Open connections. */
  connections(): number;
  /** Resolves when there is at least one. */
  connected(): Promise<void>;
  /**
   * Delivers to one connection. Resolves to what the app acknowledged with, or null when it did not within
   * three seconds or the connection broke.
   */
  send(type: EnvelopeType, payload: unknown): Promise<{ readonly body: unknown } | null>;
  /** Asks every connection to come again, as Slack does when it moves a connection. */
  refresh(): void;
  /** Cuts every connection. */
  cut(): void;
  close(): void;
}

export function attachSocketMode(server: Server): SocketMode {
  const sockets = new Set<WebSocket>();
  const waiting = new Map<string, (body: unknown) => void>();
  let onConnected: (() => void)[] = [];
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
      JSON.stringify({ type: "hello", num_connections: 1, connection_info: { app_id: APP_ID } }),
    );
    const resolve = onConnected;
    onConnected = [];
    for (const connected of resolve) connected();
  });

  return {
    path,
    connections: () => sockets.size,
    connected: () =>
      sockets.size > 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            onConnected.push(resolve);
          }),
    send(type, payload) {
      const [socket] = sockets;
      if (socket === undefined) return Promise.resolve(null);
      const id = randomUUID();
      return new Promise((resolve) => {
        const settle = (answer: { readonly body: unknown } | null) => {
          clearTimeout(timer);
          waiting.delete(id);
          socket.off("close", broken);
          resolve(answer);
        };
        const broken = () => settle(null);
        const timer = setTimeout(broken, ACKNOWLEDGE_WITHIN);
        socket.once("close", broken);
        waiting.set(id, (body) => settle({ body }));
        const accepts = type !== "events_api";
        socket.send(
          JSON.stringify({ envelope_id: id, type, payload, accepts_response_payload: accepts }),
        );
      });
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
    close() {
      for (const socket of sockets) socket.terminate();
      webSockets.close();
    },
  };
}
