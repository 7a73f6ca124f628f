import type { ValueExpression } from "../core/expression.ts";
import type { Milliseconds } from "../core/json.ts";

/** What the metrics sources that are asked by HTTP have in common. */
interface ServerSettings {
  readonly name: string;
  readonly url: string;
  /** Where people look at it; null: at `url`. */
  readonly page: string | null;
  readonly auth:
    | { readonly kind: "none" }
    | { readonly kind: "bearer"; readonly token: string }
    | { readonly kind: "basic"; readonly user: string; readonly password: string };
  readonly headers: Readonly<Record<string, string>>;
  readonly timeout: Milliseconds;
}

/** After the delay everything has come; newer points are not looked at. */
interface DelayedSettings extends ServerSettings {
  readonly delay: Milliseconds;
}

export interface CloudwatchSettings {
  readonly name: string;
  readonly type: "cloudwatch";
  readonly region: string;
  readonly endpoint: string | null;
  /** `found`: as the AWS SDK finds them where Slipway runs. */
  readonly credentials:
    | { readonly kind: "found" }
    | {
        readonly kind: "keys";
        readonly accessKeyId: string;
        readonly secretAccessKey: string;
        readonly sessionToken: string | null;
      };
  readonly timeout: Milliseconds;
  readonly delay: Milliseconds;
}

/** A metrics source of the configuration, checked and with its defaults. */
export type MetricSettings =
  | (ServerSettings & { readonly type: "prometheus" | "alertmanager" | "grafana" })
  | (DelayedSettings & { readonly type: "datadog" | "graphite" })
  | (DelayedSettings & {
      readonly type: "loki";
      readonly datasource: string | null;
      readonly linesAtOnce: number;
      readonly mostLines: number;
    })
  | (DelayedSettings & {
      readonly type: "influxdb";
      readonly database: string;
      readonly retentionPolicy: string | null;
    })
  | (ServerSettings & {
      readonly type: "http";
      readonly value: ValueExpression | null;
      readonly points: ValueExpression | null;
    })
  | CloudwatchSettings;
