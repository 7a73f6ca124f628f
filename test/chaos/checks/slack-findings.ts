import type { Message } from "../../../src/cards/message.ts";
import { hasCard, messageName } from "../../../src/core/card-place.ts";
import { canonicalJson, type Json } from "../../../src/core/json.ts";
import type { MessageRef, Release } from "../../../src/core/release.ts";
import type { LocalSlack } from "../../../src/demo/gateway/local-slack.ts";
import type { LocalMessage } from "../../../src/demo/gateway/message-log.ts";
import { TEAM_ID } from "../../../src/demo/gateway/workspace.ts";
import { drawMessage } from "../../../src/drawings.ts";
import { createChannels } from "../../../src/effects/slack/channels.ts";
import { createDirectory } from "../../../src/effects/slack/directory.ts";
import { createMessageHandler } from "../../../src/effects/slack/message-handler.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { createStateReader } from "../../../src/state-reader.ts";
import { quietLog } from "../../support/quiet-log.ts";
import { clientOf } from "../../support/slack-clients.ts";
import { keyOf } from "../actors/hands.ts";
import { NAMES } from "../world/components.ts";
import { channelOf } from "../world/configuration.ts";
import type { Finding } from "./finding.ts";
import { componentsOf, type ReadBack } from "./read-back.ts";

/** What Slack shows, against what is stored. */
export async function slackFindings(
  slack: LocalSlack,
  stored: ReadBack,
): Promise<readonly Finding[]> {
  const releases = [...releasesOf(stored)];
  const posted = NAMES.map((name) => slack.channelId(channelOf(name))).flatMap((channel) => {
    const shown = slack.messages(channel);
    const replies = shown.flatMap(({ ts }) => slack.thread(channel, ts));
    return [...new Set([...shown, ...replies])];
  });
  const byKey = new Map<string, readonly LocalMessage[]>();
  for (const message of posted) {
    const key = keyOf(message);
    if (key !== "") byKey.set(key, [...(byKey.get(key) ?? []), message]);
  }
  const draw = drawerOf(slack, stored);
  const differing: string[] = [];
  let drawn = 0;
  for (const [component, release] of releases) {
    for (const [key, ref] of Object.entries(release.messages)) {
      drawn += 1;
      const shown = posted.find((one) => isAt(one, ref));
      const wanted = await draw(component, release.id, key);
      const difference = differenceOf(shown, wanted);
      if (difference !== null) differing.push(`${release.id}/${key}: ${difference}`);
    }
  }
  return [
    {
      rule: "one card for each release",
      lookedAt: releases.length,
      violations: releases.flatMap(([, release]) => {
        // Those that came in a storm share one, which is the newest's.
        if (!hasCard(release)) return [];
        const cards = byKey.get(`${messageName(release, "card")}/card`)?.length ?? 0;
        return cards === 1 ? [] : [`${release.id} has ${cards} cards`];
      }),
    },
    {
      rule: "no message twice, in channels and threads",
      lookedAt: byKey.size,
      violations: [...byKey]
        .filter(([, messages]) => messages.length > 1)
        .map(([key, messages]) => `${key} was posted ${messages.length} times`),
    },
    { rule: "each message shows what is stored", lookedAt: drawn, violations: differing },
  ];
}

function* releasesOf(stored: ReadBack): Generator<readonly [string, Release]> {
  const open = new Set<string>();
  for (const { component, releases } of componentsOf(stored)) {
    for (const release of Object.values(releases)) {
      open.add(release.id);
      yield [component, release];
    }
  }
  for (const release of stored.archived.values()) {
    if (!open.has(release.id)) yield [release.id.slice(0, release.id.indexOf("@")), release];
  }
}

/** Draws as the product does, with its own handler, and keeps what it would have sent. */
function drawerOf(slack: LocalSlack, { ledger, policy }: ReadBack) {
  const client = clientOf(slack);
  const directory = createDirectory({
    client,
    clock: systemClock,
    log: quietLog,
    teamId: TEAM_ID,
    mappings: () => [],
  });
  let sent: Message | null = null;
  const handler = createMessageHandler({
    publisher: {
      publish: async ({ message, ref, channel }) => {
        sent = message;
        return { kind: "published", ref: ref ?? { channel, ts: "" } };
      },
      reply: () => Promise.reject(new Error("a message is no reply")),
    },
    channels: createChannels({ client, clock: systemClock }),
    directory,
    state: createStateReader(ledger, () => policy),
    draw: (key, from) => drawMessage(key, from, (who) => directory.mentions(who)),
    trouble: { raise: () => {}, clear: () => {} },
  });
  return async (component: string, release: string, key: string): Promise<Message | null> => {
    sent = null;
    const now = Date.now();
    const signal = new AbortController().signal;
    await handler.run(
      { kind: "message", component, release, key },
      { attempt: 1, due: now, now, signal },
    );
    return sent;
  };
}

function isAt({ channel, ts }: LocalMessage, ref: MessageRef): boolean {
  return channel === ref.channel && ts === ref.ts;
}

/** null: it is as it should be. */
function differenceOf(shown: LocalMessage | undefined, wanted: Message | null): string | null {
  if (shown === undefined) return "it is not there";
  // What it told of is over, and it is left as it was.
  if (wanted === null) return null;
  const [is, should] = [shown, wanted].map((message) =>
    [{ text: message.text }, ...message.blocks].map((part) =>
      canonicalJson(part as unknown as Json),
    ),
  );
  if (is === undefined || should === undefined) return null;
  const at = [...is, "", ...should].findIndex((_, index) => is[index] !== should[index]);
  return at === -1
    ? null
    : `it shows ${is[at] ?? "nothing"} and should show ${should[at] ?? "nothing"}`;
}
