import { join } from "node:path";

export const SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5";

/** What `slipway serve` needs to know of its environment: HTTP mode, and a Slack on this port. */
export function environmentOf(settings: {
  readonly slackPort: number;
  readonly configuration: string;
  /** The folder of the embedded ledger, or the address of a database. */
  readonly data: string;
}): Readonly<Record<string, string>> {
  const isDatabase = settings.data.startsWith("postgresql:");
  return {
    SLACK_BOT_TOKEN: "xoxb-000000000000-bench",
    SLACK_SIGNING_SECRET: SIGNING_SECRET,
    SLACK_API_URL: `http://127.0.0.1:${settings.slackPort}/api/`,
    SLIPWAY_CONFIG: settings.configuration,
    [isDatabase ? "DATABASE_URL" : "SLIPWAY_DATA"]: settings.data,
    HOST: "127.0.0.1",
    PORT: "0",
    LOG_LEVEL: "info",
  };
}

/** The folder of the ledger inside a benchmark's own. */
export function dataIn(folder: string): string {
  return join(folder, "data");
}
