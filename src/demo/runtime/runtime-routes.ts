import type { IncomingMessage, RequestListener } from "node:http";
import { z } from "zod";
import { readBody } from "../http/read-body.ts";
import { sendJson } from "../http/send.ts";
import type { Deployments } from "./deployments.ts";
import type { FaultTable } from "./fault-table.ts";
import { proxyFeed } from "./feed-proxy.ts";
import type { ModelHost, Prediction } from "./model-host.ts";
import type { RuntimeMetrics } from "./runtime-metrics.ts";
import type { ServiceHost } from "./service-host.ts";

export interface RuntimeParts {
  readonly environment: string;
  readonly model: ModelHost;
  readonly service: ServiceHost;
  readonly deployments: Deployments;
  readonly faults: FaultTable;
  readonly metrics: RuntimeMetrics;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

const degradeSchema = z.strictObject({
  component: z.enum(["model-pymk", "svc-feed"]).default("model-pymk"),
  mode: z.enum(["slow", "garbage"]).default("slow"),
  share: z.number().gt(0).max(1).default(0.5),
});
const restoreSchema = z.strictObject({
  component: z.enum(["model-pymk", "svc-feed"]).optional(),
});
const PAIR_MEMBERS = 50;

/** Every route of the runtime; see `startRuntime`. */
export function createRuntimeRoutes(parts: RuntimeParts): RequestListener {
  const { environment, model, service, deployments, faults, metrics } = parts;
  const routes: Readonly<Record<string, (request: IncomingMessage, url: URL) => Promise<Answer>>> =
    {
      "GET /healthz": async () => ok({ environment }),
      "GET /status": async () => ok({ environment, components: status() }),
      "GET /models/pymk/score": async (_request, url) => score(url.searchParams.get("pair") ?? ""),
      "GET /models/pymk/affinity": async (_request, url) => affinity(url.searchParams),
      "GET /feed": (_request, url) => proxyFeed(service, metrics, url.search),
      "POST /deploys": deploy,
      "GET /deploys": async (_request, url) => {
        const key = url.searchParams.get("key") ?? "";
        const found = deployments.byKey(key);
        return found === null ? refusal(404, `no deployment has the key "${key}"`) : ok(found);
      },
      "POST /degrade": degrade,
      "POST /restore": restore,
    };

  return (request, response) => {
    answer(request)
      .then((given) => {
        if (given !== null) return sendJson(response, given.status, given.body);
        return metrics.registry.metrics().then((text) => {
          response.writeHead(200, { "content-type": metrics.registry.contentType });
          response.end(text);
        });
      })
      .catch(() => sendJson(response, 500, { error: "the runtime could not answer" }));
  };

  /** Null for the metrics page, which is text. */
  async function answer(request: IncomingMessage): Promise<Answer | null> {
    const url = new URL(request.url ?? "/", "http://localhost");
    const name = `${request.method} ${url.pathname}`;
    if (name === "GET /metrics") return null;
    const deploy = /^GET \/deploys\/([^/]+)$/.exec(name)?.[1];
    if (deploy !== undefined) {
      const found = deployments.find(deploy);
      return found === null ? refusal(404, `there is no deployment ${deploy}`) : ok(found);
    }
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    return route === undefined ? refusal(404, `there is no ${name}`) : route(request, url);
  }

  function status() {
    return {
      "model-pymk": {
        version: model.version(),
        beside: model.beside(),
        degraded: isDegraded("model-pymk"),
      },
      "svc-feed": {
        version: service.version(),
        beside: null,
        degraded: isDegraded("svc-feed"),
      },
    };
  }

  function versionOf(component: "model-pymk" | "svc-feed"): string | null {
    return component === "model-pymk" ? model.version() : service.version();
  }

  function isDegraded(component: "model-pymk" | "svc-feed"): boolean {
    return faults.has(`${component}@${versionOf(component)}`);
  }

  async function score(pair: string): Promise<Answer> {
    const prediction = await model.predict(pair);
    if (prediction === null) return refusal(503, "model-pymk is not deployed here");
    return { status: statusOf(prediction), body: { pair, ...prediction } };
  }

  /** One prediction for each pair of the member with another; those that fail are left out. */
  async function affinity(parameters: URLSearchParams): Promise<Answer> {
    const member = parameters.get("member") ?? "";
    const others = (parameters.get("others") ?? "").split(",").filter((other) => other !== "");
    if (others.length > PAIR_MEMBERS) return refusal(400, `at most ${PAIR_MEMBERS} others`);
    const scored = await Promise.all(
      others.map(async (other) => [other, await model.predict(pairId(member, other))] as const),
    );
    if (scored.some(([, prediction]) => prediction === null)) {
      return refusal(503, "model-pymk is not deployed here");
    }
    const probabilities = scored.flatMap(([other, prediction]) =>
      prediction?.outcome === "ok" ? [[other, prediction.probability] as const] : [],
    );
    return ok(Object.fromEntries(probabilities));
  }

  async function deploy(request: IncomingMessage): Promise<Answer> {
    const key = request.headers["idempotency-key"];
    const given = deployments.start(Array.isArray(key) ? key[0] : key, await readJson(request));
    if (given.kind === "refused") return refusal(given.status, given.why);
    return { status: given.kind === "started" ? 201 : 200, body: given.deployment };
  }

  async function degrade(request: IncomingMessage): Promise<Answer> {
    const parsed = degradeSchema.safeParse((await readJson(request)) ?? {});
    if (!parsed.success) return refusal(400, z.prettifyError(parsed.error));
    const { component, mode, share } = parsed.data;
    const version = versionOf(component);
    if (version === null) return refusal(409, `${component} is not deployed here`);
    faults.set(`${component}@${version}`, { mode, share });
    return ok(status());
  }

  async function restore(request: IncomingMessage): Promise<Answer> {
    const parsed = restoreSchema.safeParse((await readJson(request)) ?? {});
    if (!parsed.success) return refusal(400, z.prettifyError(parsed.error));
    faults.clear(parsed.data.component);
    return ok(status());
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readBody(request);
  if (text === null || text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return "not JSON";
  }
}

function statusOf(prediction: Prediction): number {
  switch (prediction.outcome) {
    case "ok":
      return 200;
    case "unknown_pair":
      return 404;
    case "timeout":
      return 504;
    case "invalid_features":
    case "error":
      return 502;
  }
}

function pairId(first: string, second: string): string {
  const [low, high] = [first, second].toSorted(
    (left, right) => Number(left.slice(1)) - Number(right.slice(1)),
  );
  return `${low}-${high}`;
}

function ok(body: object): Answer {
  return { status: 200, body };
}

function refusal(status: number, error: string): Answer {
  return { status, body: { error } };
}
