import type { Milliseconds } from "../../../core/json.ts";

export interface CloudwatchSettings {
  readonly name: string;
  readonly region: string;
  /** Of a VPC endpoint; null: the region's. */
  readonly endpoint: string | null;
  readonly credentials: /** As the AWS SDK finds them: environment, web identity, container, instance. */
    | { readonly kind: "found" }
    | {
        readonly kind: "keys";
        readonly accessKeyId: string;
        readonly secretAccessKey: string;
        readonly sessionToken: string | null;
      };
  /** For one request. */
  readonly timeout: Milliseconds;
  /** After this long everything has come; newer points are not asked for. */
  readonly delay: Milliseconds;
}
