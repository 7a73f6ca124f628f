import type { Milliseconds } from "../../../core/json.ts";

export interface PrometheusSettings {
  readonly name: string;
  /** Base address; may have a path, as behind a proxy or in Mimir: `https://mimir.example/prometheus`. */
  readonly url: string;
  /** Where people look at graphs; null: at `url`. */
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
