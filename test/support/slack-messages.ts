import type { ThreadView } from "../../src/cards/view.ts";
import type { LocalSlack, LocalSlackOptions } from "../../src/demo/gateway/local-slack.ts";
import { BOT_ID, BOT_USER_ID, TEAM_ID } from "../../src/demo/gateway/workspace.ts";
import { Troubles } from "../../src/effects/slack/channel-trouble.ts";
import { createChannels } from "../../src/effects/slack/channels.ts";
import { createDirectory } from "../../src/effects/slack/directory.ts";
import { createMessageHandler, type DrawnFrom } from "../../src/effects/slack/message-handler.ts";
import { SlackPublisher } from "../../src/effects/slack/publisher.ts";
import { createThreadHandler } from "../../src/effects/slack/thread-handler.ts";
import { captureLogs } from "./captured-logger.ts";
import { createFakeClock, type FakeClock } from "./fake-clock.ts";
import { type MemoryState, memoryState } from "./releases.ts";
import { clientOf } from "./slack-clients.ts";
import { startWorkspace } from "./slack-workspace.ts";

/** The handlers of messages and threads on a local Slack, with drawings of one line. */
export interface SlackMessages {
  readonly slack: LocalSlack;
  readonly clock: FakeClock;
  readonly state: MemoryState;
  readonly messages: ReturnType<typeof createMessageHandler>;
  readonly threads: ReturnType<typeof createThreadHandler>;
  readonly troubles: Troubles;
  /** Codes of the troubles that were news. */
  readonly news: string[];
  readonly drawn: (DrawnFrom | ThreadView)[];
}

export async function startSlackMessages(
  options: Partial<LocalSlackOptions> = {},
): Promise<SlackMessages> {
  const clock = createFakeClock(Date.now());
  const slack = await startWorkspace({ now: clock.now, rateLimits: true, ...options });
  const client = clientOf(slack);
  const { logger: log } = captureLogs();
  const state = memoryState();
  const news: string[] = [];
  const drawn: (DrawnFrom | ThreadView)[] = [];
  const troubles = new Troubles(({ code }) => news.push(code), clock);
  const identity = { teamId: TEAM_ID, botId: BOT_ID, botUserId: BOT_USER_ID };
  const directory = createDirectory({ client, clock, log, teamId: TEAM_ID, mappings: () => [] });
  const common = {
    publisher: new SlackPublisher({ client, identity, clock, log, shared: false }),
    directory,
    state,
    trouble: troubles,
  };
  return {
    slack,
    clock,
    state,
    troubles,
    news,
    drawn,
    messages: createMessageHandler({
      ...common,
      channels: createChannels({ client, clock }),
      draw(key, from) {
        drawn.push(from);
        if (key.startsWith("nothing")) return null;
        return { text: `${key} of ${from.release.version}, r${from.release.revision}`, blocks: [] };
      },
    }),
    threads: createThreadHandler({
      ...common,
      draw(from) {
        drawn.push(from);
        if (from.lines.length === 0) return null;
        return { text: from.lines.map(({ fact }) => fact.event.type).join(", "), blocks: [] };
      },
    }),
  };
}
