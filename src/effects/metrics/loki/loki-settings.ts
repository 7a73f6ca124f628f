import type { DelayedServerSettings } from "../metric-server.ts";

export interface LokiSettings extends DelayedServerSettings {
  /** Of one request; the server's `max_entries_limit_per_query` is 5,000 where nobody changed it. */
  readonly linesAtOnce: number;
  /** Of all requests for the patterns of one window. */
  readonly mostLines: number;
  /** Its uid in Grafana, which is the page; null: Grafana's default. */
  readonly datasource: string | null;
}
