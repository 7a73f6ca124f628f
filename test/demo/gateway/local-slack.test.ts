import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LocalSlack } from "../../../src/demo/gateway/local-slack.ts";
import { BOT_USER_ID } from "../../../src/demo/gateway/workspace.ts";
import type { SlackClient } from "../../../src/effects/slack/slack-client.ts";
import { clientOf } from "../../support/slack-clients.ts";
import { ANA, BEN, GUEST, STRANGER, startWorkspace } from "../../support/slack-workspace.ts";

let slack: LocalSlack;
let client: SlackClient;
let releases: string;

beforeEach(async () => {
  slack = await startWorkspace();
  client = clientOf(slack);
  releases = slack.channelId("releases");
});

afterEach(() => slack.close());

function post(text: string, more: Record<string, unknown> = {}) {
  return client.chat.postMessage({ channel: releases, text, ...more });
}

describe("the local workspace", () => {
  it("knows its app", async () => {
    expect(await client.auth.test()).toMatchObject({ user_id: BOT_USER_ID, bot_id: "B0SLIPWAY" });
  });

  it("refuses a token that is not the app's", async () => {
    await expect(clientOf(slack, { token: "xoxb-other" }).auth.test()).rejects.toThrow(
      "invalid_auth",
    );
  });

  it("shows people with their stable ids, guests and strangers as such", async () => {
    const { user: ana } = await client.users.info({ user: ANA });
    const { user: guest } = await client.users.info({ user: GUEST });
    const { user: stranger } = await client.users.info({ user: STRANGER });
    expect(ana).toMatchObject({
      id: ANA,
      profile: { email: "Ana@acme.test" },
      is_restricted: false,
    });
    expect(guest).toMatchObject({ is_restricted: true });
    expect(stranger).toMatchObject({ team_id: "T0OTHER", is_stranger: true });
    expect(stranger?.profile).not.toHaveProperty("email");
  });

  it("finds people by address and groups by handle", async () => {
    const found = await client.users.lookupByEmail({ email: "ben@acme.test" });
    const groups = await client.usergroups.list({});
    const members = await client.usergroups.users.list({ usergroup: "S0SRE" });
    expect(found.user?.id).toBe(BEN);
    expect(groups.usergroups?.map(({ handle }) => handle)).toEqual(["ml-leads", "sre"]);
    expect(members.users).toEqual([BEN]);
    await expect(client.usergroups.users.list({ usergroup: "S0NONE" })).rejects.toThrow(
      "no_such_subteam",
    );
    await expect(client.users.lookupByEmail({ email: "sue@other.test" })).rejects.toThrow(
      "users_not_found",
    );
  });
});

describe("channels", () => {
  it("lists public channels, and the private ones that the app is in", async () => {
    const all = await client.conversations.list({ types: "public_channel,private_channel" });
    const names = all.channels?.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["releases", "quiet", "secret"]));
    expect(names).not.toContain("hidden");
  });

  it("lets the app write only where it is", async () => {
    const quiet = slack.channelId("quiet");
    const hidden = slack.channelId("hidden");
    await expect(post("x", { channel: quiet })).rejects.toThrow("not_in_channel");
    await expect(post("x", { channel: hidden })).rejects.toThrow("channel_not_found");
    await expect(post("x", { channel: "C0NONE" })).rejects.toThrow("channel_not_found");
    await client.conversations.join({ channel: quiet });
    await post("hello", { channel: quiet });
    expect(slack.messages(quiet).map(({ text }) => text)).toEqual(["hello"]);
  });

  it("refuses to write into an archived channel", async () => {
    slack.archive(releases);
    await expect(post("x")).rejects.toThrow("is_archived");
  });
});

describe("messages", () => {
  it("keeps metadata, and returns it when asked", async () => {
    const metadata = { event_type: "slipway_message", event_payload: { key: "k" } };
    await post("card", { metadata });
    const asked = await client.conversations.history({
      channel: releases,
      include_all_metadata: true,
    });
    const plain = await client.conversations.history({ channel: releases });
    expect(asked.messages?.[0]).toMatchObject({ bot_id: "B0SLIPWAY", metadata });
    expect(plain.messages?.[0]).not.toHaveProperty("metadata");
  });

  it("shows a reply in its channel only when it is broadcast", async () => {
    const { ts = "" } = await post("card");
    await post("log", { thread_ts: ts });
    await post("look", { thread_ts: ts, reply_broadcast: true });
    const history = await client.conversations.history({ channel: releases });
    const replies = await client.conversations.replies({ channel: releases, ts });
    expect(history.messages?.map(({ text }) => text)).toEqual(["look", "card"]);
    expect(replies.messages?.map(({ text }) => text)).toEqual(["card", "log", "look"]);
    expect(slack.messages(releases).map(({ text }) => text)).toEqual(["card", "look"]);
  });

  it("pages the history, newest first, from a given time on", async () => {
    const { ts: first = "" } = await post("one");
    for (const text of ["two", "three"]) await post(text);
    const page = await client.conversations.history({ channel: releases, limit: 2, oldest: first });
    expect(page.messages?.map(({ text }) => text)).toEqual(["three", "two"]);
    const one = await client.conversations.history({ channel: releases, limit: 1 });
    const cursor = one.response_metadata?.next_cursor ?? "";
    const two = await client.conversations.history({ channel: releases, limit: 1, cursor });
    expect([one, two].map(({ messages }) => messages?.[0]?.text)).toEqual(["three", "two"]);
  });

  it("refuses blocks that Slack would refuse, and says why", async () => {
    await expect(post("x", { blocks: [{ type: "nonsense" }] })).rejects.toThrow(
      "invalid_blocks; unknown block type nonsense",
    );
    expect(slack.messages(releases)).toEqual([]);
  });

  it("removes the blocks of a message that is updated with text alone", async () => {
    const blocks = [{ type: "divider" }];
    const { ts = "" } = await post("card", { blocks });
    await client.chat.update({ channel: releases, ts, text: "plain" });
    expect(slack.messages(releases)).toMatchObject([{ text: "plain", blocks: [], edited: true }]);
  });

  it("forgets a message that a person deleted", async () => {
    const { ts = "" } = await post("card");
    await slack.deleteMessage(releases, ts);
    expect(slack.messages(releases)).toEqual([]);
    await expect(client.chat.update({ channel: releases, ts, text: "x" })).rejects.toThrow(
      "message_not_found",
    );
  });

  it("shows an ephemeral message to one person, who must be in the channel", async () => {
    await client.chat.postEphemeral({ channel: releases, user: ANA, text: "only you" });
    expect(slack.onlyFor(ANA).map(({ text }) => text)).toEqual(["only you"]);
    expect(slack.messages(releases)).toEqual([]);
  });

  it("tells listeners what changed until they stop listening", async () => {
    const heard: string[] = [];
    const stop = slack.subscribe((change) => heard.push(change.kind));
    const { ts = "" } = await post("card");
    await client.chat.update({ channel: releases, ts, text: "card 2" });
    await slack.deleteMessage(releases, ts);
    stop();
    await post("unheard");
    expect(heard).toEqual(["posted", "edited", "deleted"]);
  });
});

describe("failures", () => {
  it.each([
    { failure: { kind: "error", error: "fatal_error" } as const, thrown: "fatal_error" },
    { failure: { kind: "status", status: 503 } as const, thrown: "http_error; HTTP status 503" },
    { failure: { kind: "limited", retryAfterSeconds: 7 } as const, thrown: "ratelimited" },
    { failure: { kind: "drop", when: "before" } as const, thrown: "no_answer" },
  ])(
    "makes the next call fail with $failure.kind, and only that one",
    async ({ failure, thrown }) => {
      slack.failNext("chat.postMessage", failure);
      await expect(post("lost")).rejects.toThrow(thrown);
      await post("kept");
      expect(slack.messages(releases).map(({ text }) => text)).toEqual(["kept"]);
    },
  );

  it("cuts the line after the post was taken", async () => {
    slack.failNext("chat.postMessage", { kind: "drop", when: "after" });
    await expect(post("taken")).rejects.toThrow("no_answer");
    expect(slack.messages(releases).map(({ text }) => text)).toEqual(["taken"]);
    expect(slack.calls.map(({ outcome }) => outcome)).toEqual(["dropped"]);
  });
});
