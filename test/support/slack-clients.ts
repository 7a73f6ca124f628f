import type { LocalSlack } from "../../src/demo/gateway/local-slack.ts";
import { BOT_TOKEN } from "../../src/demo/gateway/workspace.ts";
import { SlackClient } from "../../src/effects/slack/slack-client.ts";
import { createTelemetry, type Telemetry } from "../../src/shared/telemetry.ts";
import { memoryLogger } from "./memory-logger.ts";

/** The product's own client, talking to the local workspace. */
export function clientOf(
  slack: Pick<LocalSlack, "apiUrl">,
  options: { readonly token?: string; readonly telemetry?: Telemetry } = {},
): SlackClient {
  return new SlackClient({
    token: options.token ?? BOT_TOKEN,
    apiUrl: slack.apiUrl,
    log: memoryLogger().log,
    telemetry: options.telemetry ?? createTelemetry(),
  });
}
