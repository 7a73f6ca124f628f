import type { Milliseconds } from "../../core/json.ts";
import type { Reading } from "../../core/verdict.ts";
import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import { redact } from "../../shared/redact.ts";
import { exchange, type HttpAnswer } from "../http-exchange.ts";

/** Where a metrics system is, and how it is asked. */
export interface MetricServerSettings {
  readonly name: string;
  /** Base address; may have a path, as behind a proxy or in Mimir: `https://mimir.example/prometheus`. */
  readonly url: string;
  /** Where people look at it; null: at `url`. */
  readonly page: string | null;
  readonly auth:
    | { readonly kind: "none" }
    | { readonly kind: "bearer"; readonly token: string }
    | { readonly kind: "basic"; readonly user: string; readonly password: string };
  /** Added to each request, e.g. `X-Scope-OrgID`. */
  readonly headers: Readonly<Record<string, string>>;
  /** For one request. */
  readonly timeout: Milliseconds;
}

/** Of a system whose newest numbers go on changing for a while. */
export interface DelayedServerSettings extends MetricServerSettings {
  /** After this long everything has come; newer points are not asked for. */
  readonly delay: Milliseconds;
}

export interface MetricRequest {
  /** Behind the base address, e.g. `/api/v1/query_range`. */
  readonly path: string;
  readonly method?: "GET" | "POST";
  /** In the address. */
  readonly query?: URLSearchParams;
  readonly body?: { readonly type: string; readonly text: string };
  readonly maxBytes: number;
}

/** A metrics system that is asked by HTTP. */
export interface MetricServer {
  readonly name: string;
  /** Asks once. @throws AdapterError where no whole answer comes */
  ask(request: MetricRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** What `work` comes to. Never throws; what went wrong names the source, and holds no secret. */
  reading(work: () => Promise<Reading>): Promise<Reading>;
  /** An address for people, without credentials; null where there is none. */
  pageAt(path: string, query: Readonly<Record<string, string>>, fragment?: string): string | null;
}

export function createMetricServer(
  settings: MetricServerSettings,
  { clock }: { readonly clock: Clock },
): MetricServer {
  const { name, timeout, auth } = settings;
  const base = settings.url.replace(/\/+$/, "");
  const headers = { accept: "application/json", ...settings.headers, ...authorization(auth) };

  return {
    name,
    ask: ({ path, method = "GET", query, body, maxBytes }, signal) => {
      const limits = { clock, signal, timeout, maxBytes };
      const url = `${base}${path}${query === undefined ? "" : `?${query}`}`;
      const type = body === undefined ? {} : { "content-type": body.type };
      return exchange(
        { method, url, headers: { ...headers, ...type }, body: body?.text ?? null },
        limits,
      );
    },
    reading: (work) => namedReading(name, secretsOf(settings), work),
    pageAt: (path, query, fragment = "") => {
      const address = settings.page ?? settings.url;
      if (!URL.canParse(address)) return null;
      const page = new URL(address);
      page.username = "";
      page.password = "";
      page.pathname = `${page.pathname.replace(/\/+$/, "")}${path}`;
      page.search = new URLSearchParams(query).toString();
      page.hash = fragment;
      return page.toString();
    },
  };
}

/** A reading that names its source where something went wrong, and never holds one of these secrets. */
export async function namedReading(
  name: string,
  secrets: readonly string[],
  work: () => Promise<Reading>,
): Promise<Reading> {
  const reading = await work().catch(
    (error: unknown): Reading => ({ kind: "error", why: errorText(error) }),
  );
  if (reading.kind !== "error" && reading.kind !== "partial") return reading;
  return { kind: reading.kind, why: `${name}: ${redact(reading.why, secrets)}` };
}

/** Every header may be one: keys of APIs have many names. */
function secretsOf({ auth, headers, url }: MetricServerSettings): readonly string[] {
  const inAddress = URL.canParse(url) ? decodeURIComponent(new URL(url).password) : "";
  const secrets = [...Object.values(headers), inAddress];
  if (auth.kind === "bearer") secrets.push(auth.token);
  if (auth.kind === "basic") secrets.push(auth.password);
  return secrets;
}

function authorization(auth: MetricServerSettings["auth"]): Readonly<Record<string, string>> {
  switch (auth.kind) {
    case "none":
      return {};
    case "bearer":
      return { authorization: `Bearer ${auth.token}` };
    case "basic": {
      const credentials = Buffer.from(`${auth.user}:${auth.password}`).toString("base64");
      return { authorization: `Basic ${credentials}` };
    }
  }
}
