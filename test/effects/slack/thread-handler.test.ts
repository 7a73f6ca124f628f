import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SLIPWAY } from "../../../src/core/actor.ts";
import type { ThreadLine } from "../../../src/core/job.ts";
import type { JobResult, Run } from "../../../src/effects/job-handler.ts";
import { aRelease } from "../../support/releases.ts";
import { clientOf } from "../../support/slack-clients.ts";
import { type SlackMessages, startSlackMessages } from "../../support/slack-messages.ts";
import { ANA } from "../../support/slack-workspace.ts";

let world: SlackMessages;
let home: string;
let card: string;

beforeEach(async () => {
  world = await startSlackMessages();
  home = world.slack.channelId("ml-releases");
  const { ts = "" } = await clientOf(world.slack).chat.postMessage({ channel: home, text: "card" });
  card = ts;
  await world.clock.advance(1_000);
  world.state.put(aRelease({ messages: { card: { channel: home, ts } } }));
});

afterEach(() => world.slack.close());

interface Said {
  readonly lines?: readonly ThreadLine[];
  readonly broadcast?: boolean;
  readonly mention?: readonly string[];
  readonly release?: string;
}

function run(said: Said = {}, overrides: Partial<Run> = {}): Promise<JobResult> {
  const now = world.clock.now();
  return world.threads.run(
    {
      kind: "thread",
      component: "model-pymk",
      release: "model-pymk@1",
      lines: [line()],
      broadcast: false,
      mention: [],
      ...said,
    },
    { attempt: 1, due: now, now, signal: new AbortController().signal, ...overrides },
  );
}

function line(at = 1): ThreadLine {
  return { fact: { at, by: SLIPWAY, event: { type: "FreezeLifted" } } };
}

function thread(): readonly string[] {
  return world.slack.thread(home, card).map(({ text }) => text);
}

describe("the thread", () => {
  it("gets the line, and the channel does not", async () => {
    expect(await run()).toEqual({ kind: "done", command: null });
    expect(thread()).toEqual(["card", "FreezeLifted"]);
    expect(world.slack.messages(home)).toHaveLength(1);
  });

  it("gets a line that the channel is told too", async () => {
    await run({ broadcast: true, mention: ["@sre", "ana@acme.test"] });
    expect(world.slack.messages(home).map(({ text }) => text)).toEqual(["card", "FreezeLifted"]);
    expect(world.drawn).toMatchObject([
      {
        mentions: [
          { kind: "group", id: "S0SRE" },
          { kind: "person", id: ANA },
        ],
      },
    ]);
  });

  it("gets each line once, however often its job runs", async () => {
    world.slack.failNext("chat.postMessage", { kind: "drop", when: "after" });
    await expect(run()).rejects.toMatchObject({ retryable: true, uncertain: true });
    await world.clock.advance(1_000);
    await run({}, { attempt: 2 });
    expect(thread()).toEqual(["card", "FreezeLifted"]);
  });

  it("gets the same words again when they are said of another moment", async () => {
    await run({ lines: [line(1)] });
    await world.clock.advance(1_000);
    await run({ lines: [line(2)] }, { attempt: 2 });
    expect(thread()).toEqual(["card", "FreezeLifted", "FreezeLifted"]);
  });

  it("waits its turn behind other posts of the channel", async () => {
    await run({ lines: [line(1)] });
    const start = world.clock.now();
    expect(await run({ lines: [line(2)] })).toEqual({
      kind: "later",
      at: start + 1_000,
      command: null,
    });
  });

  it("is left alone when there is nothing to say, or no such release", async () => {
    expect(await run({ lines: [] })).toEqual({ kind: "done", command: null });
    expect(await run({ release: "model-pymk@9" })).toEqual({ kind: "done", command: null });
    expect(thread()).toEqual(["card"]);
  });

  it.each(["moved", "withheld"] as const)(
    "says nothing of a release whose card was %s",
    async (kind) => {
      world.state.put(aRelease({ card: { kind, name: "model-pymk@1" } }));
      expect(await run()).toEqual({ kind: "done", command: null });
      expect(thread()).toEqual(["card"]);
    },
  );

  it("waits for the card: a moment at first, and then ever longer", async () => {
    world.state.put(aRelease());
    const began = world.clock.now();
    const again = () => run({ lines: [line(began)] });
    expect(await again()).toEqual({ kind: "later", at: began + 200, command: null });
    await world.clock.advance(10_000);
    expect(await again()).toEqual({ kind: "later", at: began + 20_000, command: null });
    await world.clock.advance(3_600_000);
    expect(await again()).toEqual({
      kind: "later",
      at: world.clock.now() + 60_000,
      command: null,
    });
  });

  it("waits for a new card when it was deleted, and gives up in the end", async () => {
    world.slack.failNext("chat.postMessage", { kind: "error", error: "thread_not_found" }, 2);
    await expect(run()).rejects.toMatchObject({ retryable: true });
    await world.clock.advance(1_000);
    await expect(run({}, { attempt: 10 })).rejects.toMatchObject({ retryable: false });
  });

  it("in a channel in trouble says so, under the channel's configured name", async () => {
    world.slack.archive(home);
    await expect(run()).rejects.toMatchObject({ retryable: true });
    expect(world.troubles.list()).toMatchObject([
      { channel: "ml-releases", component: "model-pymk", code: "is_archived" },
    ]);
  });
});
