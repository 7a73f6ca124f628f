import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { HookAnswer } from "../../src/intake/answer.ts";
import type { RouteHandlers } from "../../src/intake/answer-route.ts";
import { createHooks, type HookOptions } from "../../src/intake/hooks.ts";
import { createHttpServer, type HttpLimits } from "../../src/intake/http-server.ts";
import { SOURCE_ADAPTERS } from "../../src/intake/sources/registry.ts";
import type { SourceSettings } from "../../src/intake/sources/source.ts";
import { createLogger } from "../../src/shared/logger.ts";
import { createTelemetry } from "../../src/shared/telemetry.ts";
import { createFakeClock, type FakeClock } from "./fake-clock.ts";
import { byName, intakeComponent, intakeRule } from "./intake-policy.ts";
import { type Response as DispatchResponse, recordingDispatch } from "./recording-dispatch.ts";
import { GITHUB_SECRET, NOW, REPORT_SECRET, type SignedPost } from "./signed-request.ts";
import { sourceSettings } from "./source-settings.ts";

export const SOURCES: Readonly<Record<string, SourceSettings>> = {
  ci: sourceSettings({ id: "ci", type: "report", secrets: [REPORT_SECRET] }),
  github: sourceSettings({
    id: "github",
    type: "github",
    secrets: [GITHUB_SECRET],
    repositories: ["acme/*"],
  }),
};

export const MODEL = intakeComponent();
export const CHECKOUT = intakeComponent({
  name: "svc-checkout",
  kind: "service",
  repository: "acme/checkout",
  intake: [intakeRule({ source: "github" })],
});

export interface TestIntakeOptions {
  readonly respond?: Readonly<Record<string, DispatchResponse>>;
  readonly hooks?: Partial<HookOptions>;
  readonly handlers?: Partial<RouteHandlers>;
  readonly limits?: Partial<HttpLimits>;
}

/** Intake without a socket: hooks over a dispatcher that records, and the lines it logged. */
export function testHooks({ respond, hooks: overrides }: TestIntakeOptions = {}) {
  const lines: string[] = [];
  const clock: FakeClock = createFakeClock(NOW);
  const telemetry = createTelemetry();
  const logger = createLogger({
    level: "debug",
    secrets: () => Object.values(SOURCES).flatMap(({ secrets }) => secrets),
    destination: { write: (line: string) => lines.push(line) },
  });
  const recording = recordingDispatch(respond);
  const hooks = createHooks({
    adapters: SOURCE_ADAPTERS,
    sources: () => SOURCES,
    components: () => byName(MODEL, CHECKOUT),
    register: recording.dispatch,
    lookUp: recording.lookUp,
    dispatch: recording.take,
    clock,
    telemetry,
    logger,
    ...overrides,
  });
  return {
    hooks,
    clock,
    telemetry,
    logger,
    lines,
    dispatched: recording.dispatched,
    alerts: recording.alerts,
    fragments: recording.fragments,
  };
}

/** What `receive` comes to for a body that is there already. */
export async function receive(
  { hooks, clock }: Pick<ReturnType<typeof testHooks>, "hooks" | "clock">,
  source: string,
  { headers, body, parameters }: SignedPost,
) {
  return hooks.receive({
    source,
    method: "POST",
    query: parameters?.toString() ?? "",
    headers,
    startedAt: clock.monotonic(),
    readBody: async () => ({ kind: "read", bytes: body }),
  });
}

export interface Posted {
  readonly status: number;
  readonly headers: Headers;
  readonly answer: HookAnswer;
}

/** The real server on a free port of 127.0.0.1, stopped when the test has finished. */
export async function startIntake(options: TestIntakeOptions = {}) {
  const intake = testHooks(options);
  const server = createHttpServer({
    host: "127.0.0.1",
    port: 0,
    hooks: intake.hooks,
    slack: null,
    readiness: () => ({ ready: true, reasons: [], warnings: [] }),
    intakeReadiness: () => ({ ready: true, reasons: [], warnings: [] }),
    registry: intake.telemetry.registry,
    clock: intake.clock,
    logger: intake.logger,
    newId: () => "reference-1",
    ...options.handlers,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  const port = await server.start();
  onTestFinished(async () => {
    const stopped = server.stop(0);
    await intake.clock.advance(1);
    await stopped;
  });
  const url = `http://127.0.0.1:${port}`;
  return {
    ...intake,
    server,
    port,
    url,
    async post(path: string, { headers, body }: SignedPost): Promise<Posted> {
      const response = await fetch(`${url}${path}`, {
        method: "POST",
        headers,
        body: new Uint8Array(body),
      });
      const answer = (await response.json()) as HookAnswer;
      return { status: response.status, headers: response.headers, answer };
    },
    /** A bare connection, for what no HTTP client would send. */
    async connect(): Promise<RawConnection> {
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect");
      return rawConnection(socket);
    },
  };
}

export interface RawConnection {
  readonly socket: Socket;
  write(text: string | Buffer): void;
  /** All that came until a text was seen, or until the other side closed where none is given. */
  until(text?: string): Promise<string>;
}

function rawConnection(socket: Socket): RawConnection {
  let received = "";
  let closed = false;
  const watchers = new Set<() => void>();
  const notify = () => {
    for (const watcher of watchers) watcher();
  };
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
    notify();
  });
  socket.on("close", () => {
    closed = true;
    notify();
  });
  // A reset shows as the end of the connection.
  socket.on("error", () => undefined);
  return {
    socket,
    write: (text) => void socket.write(text),
    until: (text) =>
      new Promise((resolve) => {
        const check = () => {
          if (!closed && (text === undefined || !received.includes(text))) return;
          watchers.delete(check);
          resolve(received);
        };
        watchers.add(check);
        check();
      }),
  };
}
