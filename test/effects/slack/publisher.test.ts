import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Message } from "../../../src/cards/message.ts";
import type { MessageRef } from "../../../src/core/release.ts";
import type { LocalSlack } from "../../../src/demo/gateway/local-slack.ts";
import { BOT_ID, BOT_USER_ID, TEAM_ID } from "../../../src/demo/gateway/workspace.ts";
import {
  type Published,
  type Publisher,
  type PublishRequest,
  type ReplyRequest,
  SlackPublisher,
} from "../../../src/effects/slack/publisher.ts";
import { captureLogs, type LogLine } from "../../support/captured-logger.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";
import { clientOf } from "../../support/slack-clients.ts";
import { startWorkspace } from "../../support/slack-workspace.ts";

const NEVER = new AbortController().signal;

let slack: LocalSlack;
let clock: FakeClock;
let logged: readonly LogLine[];
let publisher: Publisher;
let channel: string;

beforeEach(async () => {
  // The local Slack lives by the machine's clock, so the test's begins there.
  clock = createFakeClock(Date.now());
  slack = await startWorkspace({ now: clock.now, rateLimits: true });
  channel = slack.channelId("releases");
  publisher = newPublisher();
});

afterEach(() => slack.close());

/** As another process would have it: it remembers nothing. */
function newPublisher({ shared = false } = {}): Publisher {
  const { logger: log, lines } = captureLogs();
  logged = lines;
  const identity = { teamId: TEAM_ID, botId: BOT_ID, botUserId: BOT_USER_ID };
  return new SlackPublisher({ client: clientOf(slack), identity, clock, log, shared });
}

function aMessage(text: string): Message {
  return { text, blocks: [{ type: "section", text: { type: "mrkdwn", text } }] };
}

function publish(text: string, overrides: Partial<PublishRequest> = {}): Promise<Published> {
  return publisher.publish({
    channel,
    key: "model-pymk@1/card",
    ref: null,
    message: aMessage(text),
    since: clock.now(),
    signal: NEVER,
    ...overrides,
  });
}

function reply(text: string, overrides: Partial<ReplyRequest> = {}): Promise<Published> {
  return publisher.reply({
    channel,
    threadTs: "1.1",
    key: `thread/${text}`,
    message: aMessage(text),
    broadcast: false,
    attempt: 1,
    signal: NEVER,
    ...overrides,
  });
}

/** The reference of what was published; fails when it was not. */
async function refOf(published: Promise<Published>): Promise<MessageRef> {
  const result = await published;
  if (result.kind !== "published") throw new Error("not published yet");
  return result.ref;
}

function shown(): readonly string[] {
  return slack.messages(channel).map(({ text }) => text);
}

function calls(method: string): number {
  return slack.calls.filter((call) => call.method === method).length;
}

describe("a message that several processes edit", () => {
  it("is as the last of them wants it, also where that is what the same one sent before", async () => {
    const one = newPublisher({ shared: true });
    const other = newPublisher({ shared: true });
    const card = { channel, key: "card", since: clock.now(), signal: NEVER };
    const ref = await refOf(one.publish({ ...card, ref: null, message: aMessage("open") }));
    await clock.advance(1_000);
    await other.publish({ ...card, ref, message: aMessage("frozen") });
    await clock.advance(1_000);
    await one.publish({ ...card, ref, message: aMessage("open") });
    expect(shown()).toEqual(["open"]);
  });

  it("is posted once, whoever posts it and whoever dies before it is recorded", async () => {
    const card = { channel, key: "card", ref: null, since: clock.now(), signal: NEVER };
    const first = newPublisher({ shared: true });
    await first.publish({ ...card, message: aMessage("card") });
    const second = newPublisher({ shared: true });
    const found = await refOf(second.publish({ ...card, message: aMessage("card 2") }));
    expect(slack.messages(channel)).toMatchObject([{ ts: found.ts, text: "card 2" }]);
  });
});

describe("a message", () => {
  it("is posted with its key, without previews", async () => {
    const ref = await refOf(publish("card"));
    expect(slack.messages(channel)).toMatchObject([
      {
        ts: ref.ts,
        text: "card",
        blocks: aMessage("card").blocks,
        metadata: { event_type: "slipway_message", event_payload: { key: "model-pymk@1/card" } },
      },
    ]);
    expect(slack.calls.at(-1)?.args).toMatchObject({
      unfurl_links: "false",
      unfurl_media: "false",
    });
  });

  it("is edited in place, without linking names, and keeps its key", async () => {
    const ref = await refOf(publish("card"));
    expect(await publish("card 2", { ref })).toEqual({ kind: "published", ref });
    expect(slack.messages(channel)).toMatchObject([
      { ts: ref.ts, text: "card 2", metadata: { event_payload: { key: "model-pymk@1/card" } } },
    ]);
    expect(slack.calls.at(-1)?.args).toMatchObject({ parse: "none", link_names: "false" });
  });

  it("is sent again when another process may have changed it meanwhile", async () => {
    const [first, second] = [newPublisher({ shared: true }), newPublisher({ shared: true })];
    publisher = first;
    const { ref } = (await publish("held")) as { readonly ref: MessageRef };
    for (const [turn, text] of [
      [second, "free"],
      [first, "held"],
    ] as const) {
      publisher = turn;
      await clock.advance(1_000);
      await publish(text, { ref });
      expect(slack.messages(channel).map((message) => message.text)).toEqual([text]);
    }
  });

  it("is sent again when the answer to another edit was lost", async () => {
    const { ref } = (await publish("held")) as { readonly ref: MessageRef };
    slack.failNext("chat.update", { kind: "drop", when: "after" });
    await clock.advance(1_000);
    await expect(publish("free", { ref })).rejects.toThrow("no_answer");
    await clock.advance(1_000);
    await publish("held", { ref });
    expect(slack.messages(channel).map((message) => message.text)).toEqual(["held"]);
  });

  it("is not sent again when it is what was sent last", async () => {
    const ref = await refOf(publish("card"));
    const before = slack.calls.length;
    expect(await publish("card", { ref })).toEqual({ kind: "published", ref });
    expect(slack.calls).toHaveLength(before);
  });

  it("is posted anew when somebody deleted it", async () => {
    const ref = await refOf(publish("card"));
    await slack.deleteMessage(channel, ref.ts);
    await clock.advance(1_000);
    const anew = await refOf(publish("card 2", { ref }));
    expect(anew.ts).not.toBe(ref.ts);
    expect(shown()).toEqual(["card 2"]);
  });

  it.each(["cant_update_message", "edit_window_closed"])(
    "is posted anew when Slack says %s, and the old one is not mistaken for it",
    async (error) => {
      const ref = await refOf(publish("card"));
      await clock.advance(1_000);
      slack.failNext("chat.update", { kind: "error", error });
      const anew = await refOf(publish("card 2", { ref }));
      expect(anew.ts).not.toBe(ref.ts);
      expect(shown()).toEqual(["card", "card 2"]);
    },
  );

  it("whose blocks Slack does not take is sent as plain text, and the log says so", async () => {
    const message = { text: "news", blocks: [{ type: "hologram" }] };
    // Slack counts the refused post, so the plain one waits its turn.
    expect(await publish("", { message })).toMatchObject({ kind: "later" });
    await clock.advance(1_000);
    await refOf(publish("", { message }));
    expect(slack.messages(channel)).toMatchObject([
      { text: expect.stringMatching(/^news\n.*ask with \/release/), blocks: [] },
    ]);
    expect(logged).toContainEqual(
      expect.objectContaining({
        level: "error",
        msg: "slack message sent more simply",
        error: expect.stringContaining("unknown block type hologram"),
      }),
    );
  });

  it("whose edit Slack does not take is edited to plain text", async () => {
    const ref = await refOf(publish("card"));
    const message = { text: "news", blocks: [{ type: "hologram" }] };
    await refOf(publish("", { message, ref }));
    expect(slack.messages(channel)).toMatchObject([{ ts: ref.ts, blocks: [] }]);
  });
});

describe("a message that has something simpler in its place", () => {
  const plain = { text: "no chart", blocks: [{ type: "divider" }] };
  const message = { text: "a chart", blocks: [{ type: "hologram" }], instead: plain };

  it("is edited to that where Slack does not take it, and is not tried again as it was", async () => {
    const ref = await refOf(publish("card"));
    await refOf(publish("", { message, ref }));
    expect(slack.messages(channel)).toMatchObject([{ text: "no chart", blocks: plain.blocks }]);
    await clock.advance(60_000);
    const edits = slack.calls.filter(({ method }) => method === "chat.update").length;
    await refOf(publish("", { message: { ...message, text: "a chart" }, ref }));
    expect(
      slack.calls.filter(({ method }) => method === "chat.update").length - edits,
    ).toBeLessThan(2);
  });

  it("is plain text where Slack takes none of them", async () => {
    const ref = await refOf(publish("card"));
    const worse = { ...message, instead: { ...plain, blocks: [{ type: "hologram" }] } };
    await refOf(publish("", { message: worse, ref }));
    expect(slack.messages(channel)).toMatchObject([
      { text: expect.stringMatching(/^no chart\n.*ask with \/release/), blocks: [] },
    ]);
  });
});

describe("never a second card", () => {
  it("when Slack took the post and the line broke", async () => {
    slack.failNext("chat.postMessage", { kind: "drop", when: "after" });
    await expect(publish("card")).rejects.toMatchObject({ retryable: true, uncertain: true });
    await clock.advance(1_000);
    const ref = await refOf(publish("card 2"));
    expect(slack.messages(channel)).toMatchObject([{ ts: ref.ts, text: "card 2" }]);
  });

  it("when the process died after the post", async () => {
    const ref = await refOf(publish("card"));
    await clock.advance(1_000);
    publisher = newPublisher();
    expect(await refOf(publish("card 2"))).toEqual(ref);
    expect(shown()).toEqual(["card 2"]);
  });

  it("when Slack answered 500, whether it had taken the post or not", async () => {
    slack.failNext("chat.postMessage", { kind: "status", status: 500 });
    await expect(publish("card")).rejects.toMatchObject({ retryable: true, uncertain: true });
    await clock.advance(1_000);
    await refOf(publish("card"));
    expect(shown()).toEqual(["card"]);
  });

  it("when the message is far back in a busy channel", async () => {
    const { ts } = await refOf(publish("card"));
    const client = clientOf(slack);
    for (let other = 0; other < 230; other += 1) {
      await clock.advance(1_000);
      await client.chat.postMessage({ channel, text: `chatter ${other}` });
    }
    await clock.advance(1_000);
    publisher = newPublisher();
    expect((await refOf(publish("card 2"))).ts).toBe(ts);
    expect(calls("conversations.history")).toBe(3);
  });

  it("and nothing is posted while Slack cannot say whether it is there", async () => {
    slack.failNext("conversations.history", { kind: "error", error: "missing_scope" });
    await expect(publish("card")).rejects.toThrow("missing_scope");
    expect(calls("chat.postMessage")).toBe(0);
  });

  it("but a message of another key, or another kind, is not it", async () => {
    const client = clientOf(slack);
    const metadata = { event_type: "other_app", event_payload: { key: "model-pymk@1/card" } };
    await client.chat.postMessage({ channel, text: "not ours", metadata });
    await clock.advance(1_000);
    await refOf(publish("other", { key: "model-pymk@2/card" }));
    await clock.advance(1_000);
    await refOf(publish("card"));
    expect(shown()).toEqual(["not ours", "other", "card"]);
  });
});

describe("not too fast", () => {
  it("edits one message at most once a second", async () => {
    const ref = await refOf(publish("card"));
    await refOf(publish("card 2", { ref }));
    const start = clock.now();
    expect(await publish("card 3", { ref })).toEqual({ kind: "later", at: start + 1_000, ref });
    await clock.advance(999);
    expect(await publish("card 4", { ref })).toEqual({ kind: "later", at: start + 1_000, ref });
    await clock.advance(1);
    await refOf(publish("card 5", { ref }));
    expect(shown()).toEqual(["card 5"]);
  });

  it("posts into one channel at most once a second, each in its turn", async () => {
    const start = clock.now();
    const posts = ["a", "b", "c"].map((key) => ({ key, message: aMessage(key) }));
    const results = [];
    for (const post of posts) results.push(await publish("", post));
    expect(results).toMatchObject([
      { kind: "published" },
      { kind: "later", at: start + 1_000 },
      { kind: "later", at: start + 2_000 },
    ]);
    await refOf(publish("elsewhere", { channel: slack.channelId("ml-releases"), key: "d" }));
    for (const post of posts.slice(1)) {
      await clock.advance(1_000);
      await refOf(publish("", post));
    }
    expect(shown()).toEqual(["a", "b", "c"]);
  });

  it("looks for an earlier post only when it may post", async () => {
    await refOf(publish("a", { key: "a" }));
    await publish("b", { key: "b" });
    expect(calls("conversations.history")).toBe(1);
  });

  it("edits at most 45 times a minute in all, and goes on after it", async () => {
    const refs: MessageRef[] = [];
    for (let card = 0; card < 50; card += 1) {
      refs.push(await refOf(publish(`${card}`, { key: `${card}` })));
      await clock.advance(1_000);
    }
    const start = clock.now();
    const edits = await Promise.all(refs.map((ref, n) => publish("x", { ref, key: `${n}` })));
    expect(edits.filter(({ kind }) => kind === "published")).toHaveLength(45);
    expect(edits.flatMap((edit) => (edit.kind === "later" ? [edit.at - start] : []))).toEqual([
      60_000, 61_334, 62_667, 64_000, 65_334,
    ]);
    await clock.advance(65_334);
    await Promise.all(
      refs.slice(45).map((ref, n) => refOf(publish("x", { ref, key: `${n + 45}` }))),
    );
    expect(new Set(shown())).toEqual(new Set(["x"]));
    expect(slack.calls.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
  });

  it("waits as long as Slack says, with that method only", async () => {
    const ref = await refOf(publish("card"));
    slack.failNext("chat.update", { kind: "limited", retryAfterSeconds: 30 });
    const start = clock.now();
    expect(await publish("card 2", { ref })).toEqual({ kind: "later", at: start + 30_000, ref });
    await clock.advance(1_000);
    await refOf(publish("other", { key: "other" }));
    await clock.advance(28_999);
    expect(await publish("card 2", { ref })).toMatchObject({ kind: "later" });
    await clock.advance(1);
    await refOf(publish("card 2", { ref }));
    expect(calls("chat.update")).toBe(2);
  });

  it("waits half a minute when Slack does not say for how long", async () => {
    slack.failNext("chat.postMessage", { kind: "limited", retryAfterSeconds: null });
    const start = clock.now();
    expect(await publish("card")).toEqual({ kind: "later", at: start + 30_000, ref: null });
  });

  it("waits when even looking came too often, and posts nothing meanwhile", async () => {
    slack.failNext("conversations.history", { kind: "limited", retryAfterSeconds: 5 });
    const start = clock.now();
    expect(await publish("card")).toEqual({ kind: "later", at: start + 5_000, ref: null });
    expect(calls("chat.postMessage")).toBe(0);
  });
});

describe("a reply", () => {
  let card: MessageRef;

  beforeEach(async () => {
    card = await refOf(publish("card"));
    await clock.advance(1_000);
  });

  function thread(): readonly string[] {
    return slack.thread(channel, card.ts).map(({ text }) => text);
  }

  it("goes into the thread, and into the channel only when it is to be told", async () => {
    await refOf(reply("gates passed", { threadTs: card.ts }));
    await clock.advance(1_000);
    await refOf(reply("rolled back", { threadTs: card.ts, broadcast: true }));
    expect(thread()).toEqual(["card", "gates passed", "rolled back"]);
    expect(shown()).toEqual(["card", "rolled back"]);
  });

  it("costs no look the first time", async () => {
    await refOf(reply("gates passed", { threadTs: card.ts }));
    expect(calls("conversations.replies")).toBe(0);
  });

  it.each([{ attempt: 1 }, { attempt: 2 }])(
    "is not posted twice when the line broke after it was taken (attempt $attempt follows)",
    async ({ attempt }) => {
      const failed = { threadTs: card.ts, key: "k" };
      slack.failNext("chat.postMessage", { kind: "drop", when: "after" });
      await expect(reply("line", failed)).rejects.toMatchObject({ uncertain: true });
      await clock.advance(1_000);
      await refOf(reply("line", { ...failed, attempt }));
      expect(thread()).toEqual(["card", "line"]);
    },
  );

  it("is not posted twice when the process died after it was taken", async () => {
    await refOf(reply("line", { threadTs: card.ts }));
    publisher = newPublisher();
    await clock.advance(1_000);
    await refOf(reply("line", { threadTs: card.ts, attempt: 2 }));
    expect(thread()).toEqual(["card", "line"]);
  });

  it("keeps its doubt when the look itself fails", async () => {
    slack.failNext("conversations.replies", { kind: "limited", retryAfterSeconds: 9 });
    await expect(reply("line", { threadTs: card.ts, attempt: 2 })).rejects.toMatchObject({
      retryable: true,
      retryAfter: 9_000,
    });
    expect(calls("chat.postMessage")).toBe(1);
  });
});

describe("when the lease ends", () => {
  it("nothing more is sent", async () => {
    await expect(publish("card", { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
      uncertain: true,
    });
    expect(slack.calls).toEqual([]);
  });
});
