import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LocalSlack } from "../../../src/demo/gateway/local-slack.ts";
import { type Channels, createChannels } from "../../../src/effects/slack/channels.ts";
import { type ManualClock, manualClock } from "../../support/manual-clock.ts";
import { clientOf } from "../../support/slack-clients.ts";
import { startWorkspace } from "../../support/slack-workspace.ts";
import { json, startStubSlackApi } from "../../support/stub-slack-api.ts";

let slack: LocalSlack;
let clock: ManualClock;
let channels: Channels;

beforeEach(async () => {
  slack = await startWorkspace();
  clock = manualClock();
  channels = createChannels({ client: clientOf(slack), clock });
});

afterEach(() => slack.close());

function listings(): number {
  return slack.calls.filter(({ method }) => method === "conversations.list").length;
}

describe("a channel of the configuration", () => {
  it.each(["releases", "#releases", "#Releases"])("is found as %s", async (name) => {
    expect(await channels.resolve(name)).toBe(slack.channelId("releases"));
  });

  it("given by its id needs no call", async () => {
    expect(await channels.resolve("C024BE91L")).toBe("C024BE91L");
    expect(slack.calls).toEqual([]);
  });

  it("is found when it is private and the app is in it", async () => {
    expect(await channels.resolve("secret")).toBe(slack.channelId("secret"));
  });

  it("is looked for once, however many ask at the same time", async () => {
    await Promise.all([
      channels.resolve("releases"),
      channels.resolve("quiet"),
      channels.resolve("releases"),
    ]);
    expect(listings()).toBe(1);
  });

  it.each(["nowhere", "hidden"])("that the app cannot see is said so: %s", async (name) => {
    await expect(channels.resolve(name)).rejects.toMatchObject({
      code: "channel_not_found",
      retryable: true,
      message: expect.stringContaining(
        `the app sees no channel #${name}: check the name in the configuration`,
      ),
    });
  });

  it("that is not there is looked for again after a minute, not before", async () => {
    await expect(channels.resolve("nowhere")).rejects.toThrow("channel_not_found");
    await clock.advance(59_999);
    await expect(channels.resolve("nowhere")).rejects.toThrow("channel_not_found");
    expect(listings()).toBe(1);
    await clock.advance(1);
    await expect(channels.resolve("nowhere")).rejects.toThrow("channel_not_found");
    expect(listings()).toBe(2);
  });

  it("that was forgotten is looked for again", async () => {
    await channels.resolve("releases");
    channels.forget("#releases");
    await clock.advance(60_000);
    expect(await channels.resolve("releases")).toBe(slack.channelId("releases"));
    expect(listings()).toBe(2);
  });

  it("is found after a listing that failed", async () => {
    slack.failNext("conversations.list", { kind: "status", status: 500 });
    await expect(channels.resolve("releases")).rejects.toMatchObject({ retryable: true });
    expect(await channels.resolve("releases")).toBe(slack.channelId("releases"));
  });
});

it("a listing that the rate limit stopped goes on with the page where it stopped", async () => {
  const api = await startStubSlackApi();
  const large = createChannels({ client: clientOf(api), clock });
  const channel = (name: string) => [{ id: `C0${name.toUpperCase()}`, name }];
  const pages = [
    json(200, {
      ok: true,
      channels: channel("first"),
      response_metadata: { next_cursor: "two" },
    }),
    json(429, { ok: false }, { "retry-after": "30" }),
    json(200, { ok: true, channels: channel("second") }),
  ];
  const bodies: string[] = [];
  api.answer = (request, response) => {
    request.on("data", (chunk) => {
      bodies.push(String(chunk));
      pages[bodies.length - 1]?.(request, response);
    });
  };
  try {
    await expect(large.resolve("second")).rejects.toMatchObject({ retryAfter: 30_000 });
    expect(await large.resolve("first")).toBe("C0FIRST");
    expect(await large.resolve("second")).toBe("C0SECOND");
    expect(bodies.map((body) => new URLSearchParams(body).get("cursor"))).toEqual([
      null,
      "two",
      "two",
    ]);
  } finally {
    await api.close();
  }
});

describe("joining", () => {
  it("lets the app into a public channel", async () => {
    await channels.join(slack.channelId("quiet"));
    await clientOf(slack).chat.postMessage({ channel: slack.channelId("quiet"), text: "hello" });
    expect(slack.messages(slack.channelId("quiet"))).toHaveLength(1);
  });

  it("says what a person must do where the app may not", async () => {
    await expect(channels.join(slack.channelId("hidden"))).rejects.toMatchObject({
      code: "not_in_channel",
      message: expect.stringContaining('invite it there with "/invite"'),
    });
  });

  it("does not take a broken Slack for a closed channel", async () => {
    slack.failNext("conversations.join", { kind: "status", status: 500 });
    await expect(channels.join(slack.channelId("quiet"))).rejects.toMatchObject({
      code: "http_error",
    });
  });
});
