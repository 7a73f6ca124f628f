import type { IncomingMessage, ServerResponse } from "node:http";
import type { Registry } from "prom-client";
import { type HookReply, type HttpAnswer, refuse, unavailable } from "./answer.ts";
import type { ByteLease } from "./byte-budget.ts";
import type { Hooks } from "./hooks.ts";
import { readBody } from "./read-body.ts";
import type { Route } from "./route.ts";
import type { RequestHeaders, SignedRequest } from "./sources/source.ts";

export interface Readiness {
  readonly ready: boolean;
  /** Why not, one sentence each; empty when ready. */
  readonly reasons: readonly string[];
  /** What somebody should mend although the work goes on. */
  readonly warnings: readonly string[];
}

/** What the routes lead to. */
export interface RouteHandlers {
  readonly hooks: Hooks;
  /** null in Socket Mode, where Slack posts nothing. */
  readonly slack: ((request: SignedRequest) => Promise<HttpAnswer>) | null;
  readonly readiness: () => Readiness | Promise<Readiness>;
  /** Of intake alone: whether a load balancer should send requests here. */
  readonly intakeReadiness: () => Readiness | Promise<Readiness>;
  readonly registry: Pick<Registry, "metrics" | "contentType">;
}

/** Slack's requests are far smaller; this is what Bolt's own receivers take. */
const SLACK_BODY_LIMIT = 4 * 1024 * 1024;

/** One request and its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** It sent `Expect: 100-continue` and has not been told to send its body. */
  waits: boolean;
}

export interface RoutedRequest {
  readonly exchange: Exchange;
  readonly route: Route;
  readonly startedAt: number;
  readonly lease: ByteLease;
}

/** Rejects with what the handlers throw, and with SenderGone. */
export async function answerTo(
  incoming: RoutedRequest,
  handlers: RouteHandlers,
): Promise<HttpAnswer> {
  const { exchange, route, startedAt, lease } = incoming;
  const { request, response } = exchange;
  if (route.kind === "unknown") {
    return answerOf(refuse("unknown_path", "there is nothing at this path"));
  }
  const headers = joined(request.headers);
  if (route.kind === "hook" && request.method === "OPTIONS") {
    const permission = handlers.hooks.permit(route.source, headers);
    if (permission !== null) return permission;
  }
  const methods = route.kind === "hook" ? handlers.hooks.methods(route.source) : route.methods;
  if (!methods.includes(request.method ?? "")) {
    const allow = methods.join(", ");
    return answerOf(refuse("method_not_allowed", `use ${allow}`, { headers: { allow } }));
  }
  const read = (limit: number) => {
    const begin = () => {
      if (exchange.waits) response.writeContinue();
      exchange.waits = false;
    };
    return readBody({ request, limit, lease, begin });
  };
  switch (route.kind) {
    case "hook":
      return answerOf(
        await handlers.hooks.receive({
          source: route.source,
          method: request.method === "GET" ? "GET" : "POST",
          query: route.query,
          headers,
          startedAt,
          readBody: read,
        }),
      );
    case "slack": {
      if (handlers.slack === null) {
        return answerOf(refuse("unknown_path", "this Slipway speaks to Slack over Socket Mode"));
      }
      const body = await read(SLACK_BODY_LIMIT);
      if (body.kind === "too-large") {
        return answerOf(refuse("body_too_large", `the limit is ${SLACK_BODY_LIMIT} bytes`));
      }
      if (body.kind === "overloaded") {
        return answerOf(unavailable("overloaded", "too many large bodies at once"));
      }
      return handlers.slack({ headers, body: body.bytes });
    }
    case "healthz":
      return { status: 200, body: { status: "ok" } };
    case "readyz":
      return readinessAnswer(await handlers.readiness());
    case "readyz-intake":
      return readinessAnswer(await handlers.intakeReadiness());
    case "metrics":
      return {
        status: 200,
        body: await handlers.registry.metrics(),
        headers: { "content-type": handlers.registry.contentType },
      };
  }
}

function readinessAnswer({ ready, reasons, warnings }: Readiness): HttpAnswer {
  return { status: ready ? 200 : 503, body: { ready, reasons, warnings } };
}

function answerOf({ status, headers, answer }: HookReply): HttpAnswer {
  return { status, headers, body: answer };
}

/** Node hands over the few headers that may be repeated as lists. */
function joined(headers: IncomingMessage["headers"]): RequestHeaders {
  const entries = Object.entries(headers);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]),
  );
}
