import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../shared/clock.ts";
import { ConfigError, errorText } from "../shared/errors.ts";
import type { Logger } from "../shared/logger.ts";
import { answerTo, type Exchange, type RouteHandlers } from "./answer-route.ts";
import { createByteBudget } from "./byte-budget.ts";
import { SenderGone } from "./read-body.ts";
import { routeOf } from "./route.ts";
import { describe, failed, send } from "./send-answer.ts";

export interface HttpLimits {
  /** All bodies together, while they are being read and handled. */
  readonly allBytes: number;
  /** Milliseconds from the first byte of a request to the end of its headers, and to its last byte. */
  readonly headers: number;
  readonly request: number;
  /** Milliseconds that an idle connection is kept: longer than the load balancers in front keep theirs. */
  readonly keepAlive: number;
  /** How often, in milliseconds, slow senders are looked for. */
  readonly check: number;
}

const LIMITS: HttpLimits = {
  allBytes: 256 * 1024 * 1024,
  headers: 10_000,
  request: 30_000,
  keepAlive: 65_000,
  check: 2_000,
};

export interface HttpServerOptions extends RouteHandlers {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names one failed request, in its answer and in the log. */
  readonly newId: () => string;
  readonly limits?: Partial<HttpLimits>;
}

export interface HttpServer {
  /**
   * Resolves to the port once it listens.
   * @throws ConfigError when it cannot listen there
   */
  start(): Promise<number>;
  /**
   * Takes no new connection, lets the requests under way finish, then closes what is left: after
   * `grace` milliseconds at the latest.
   */
  stop(grace: number): Promise<void>;
}

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const limits = { ...LIMITS, ...options.limits };
  const budget = createByteBudget(limits.allBytes);
  const server = createServer({
    headersTimeout: limits.headers,
    requestTimeout: limits.request,
    keepAliveTimeout: limits.keepAlive,
    connectionsCheckingInterval: limits.check,
  });
  let stopping: Promise<void> | null = null;

  const serve = async (exchange: Exchange): Promise<void> => {
    const { request, response } = exchange;
    const startedAt = options.clock.monotonic();
    const lease = budget.lease();
    const route = routeOf(request.url ?? "");
    try {
      const answer = await answerTo({ exchange, route, startedAt, lease }, options);
      // A sender that was never told to send its body may send another request in its place.
      const close = stopping !== null || exchange.waits;
      send(response, answer, close);
    } catch (error) {
      if (error instanceof SenderGone) return;
      const reference = options.newId();
      options.logger.error({ reference, route: route.kind, ...describe(error) }, "request failed");
      if (response.headersSent) response.destroy();
      else send(response, failed(reference), stopping !== null);
    } finally {
      lease.release();
    }
  };
  server.on("request", (request, response) => {
    void serve({ request, response, waits: false });
  });
  server.on("checkContinue", (request, response) => {
    void serve({ request, response, waits: true });
  });

  return {
    start: () => listen(server, options),
    stop(grace) {
      stopping ??= close(server, grace, options.clock);
      return stopping;
    },
  };
}

function listen(server: Server, { host, port }: HttpServerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => {
      const text = `HOST, PORT: cannot listen on ${host}:${port} (${errorText(error)}); choose another port`;
      reject(new ConfigError([text]));
    };
    server.once("error", onError);
    server.listen(port, host, () => {
      server.off("error", onError);
      const address = server.address() as AddressInfo;
      resolve(address.port);
    });
  });
}

async function close(server: Server, grace: number, clock: Clock): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const enough = new AbortController();
  await Promise.race([closed, clock.sleep(grace, enough.signal)]);
  enough.abort();
  server.closeAllConnections();
  await closed;
}
