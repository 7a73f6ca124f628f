import type { RuntimeMetrics } from "./runtime-metrics.ts";
import type { ServiceHost } from "./service-host.ts";

const TIMEOUT = 3000;

export interface ProxyAnswer {
  readonly status: number;
  readonly body: object;
}

/** Passes a request on to the deployed service and counts how it went. */
export async function proxyFeed(
  service: ServiceHost,
  metrics: RuntimeMetrics,
  search: string,
): Promise<ProxyAnswer> {
  const version = service.version() ?? "none";
  const end = metrics.requestSeconds.startTimer({ service: "svc-feed", version });
  const answer = await ask(service.url(), search);
  end();
  metrics.requests.inc({ service: "svc-feed", version, code: String(answer.status) });
  return answer;
}

async function ask(url: string | null, search: string): Promise<ProxyAnswer> {
  if (url === null) return { status: 503, body: { error: "svc-feed is not deployed here" } };
  try {
    const response = await fetch(`${url}/feed${search}`, { signal: AbortSignal.timeout(TIMEOUT) });
    const body: unknown = await response.json();
    return { status: response.status, body: Object(body) };
  } catch {
    return { status: 502, body: { error: "svc-feed does not answer" } };
  }
}
