import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SystemCommand } from "../../../src/core/command.ts";
import type { JobResult, Run } from "../../../src/effects/job-handler.ts";
import { aRelease } from "../../support/releases.ts";
import { type SlackMessages, startSlackMessages } from "../../support/slack-messages.ts";
import { aComponentPolicy, anEnvironmentPolicy, aPolicy } from "../../support/slack-policies.ts";
import { ANA, BEN } from "../../support/slack-workspace.ts";

let world: SlackMessages;
let home: string;

beforeEach(async () => {
  world = await startSlackMessages();
  home = world.slack.channelId("ml-releases");
});

afterEach(() => world.slack.close());

function runOf(overrides: Partial<Run> = {}): Run {
  const now = world.clock.now();
  return { attempt: 1, due: now, now, signal: new AbortController().signal, ...overrides };
}

function run(key = "card", release = "model-pymk@1"): Promise<JobResult> {
  const body = { kind: "message", component: "model-pymk", release, key } as const;
  return world.messages.run(body, runOf());
}

/** Runs, records what it says, and lets a second pass. */
async function settle(key = "card"): Promise<JobResult> {
  const result = await run(key);
  record(result.command);
  await world.clock.advance(1_000);
  return result;
}

function record(command: SystemCommand | null): void {
  if (command?.type !== "RecordMessage") return;
  const { channel, ts } = command;
  world.state.put(present({ messages: { [command.key]: { channel, ts } } }));
}

function present(overrides: Parameters<typeof aRelease>[0] = {}) {
  return aRelease({ registeredAt: world.clock.now(), ...overrides });
}

/** The release has moved on; its messages are where they were. */
async function change(revision: number): Promise<void> {
  const { releases } = await world.state.component("model-pymk");
  world.state.put(present({ revision, messages: releases["model-pymk@1"]?.messages ?? {} }));
}

function freezeFor(milliseconds: number): number {
  const at = world.clock.now();
  const until = at + milliseconds;
  const by = { kind: "person", id: ANA, name: "Ana" } as const;
  world.state.freeze({ reason: "too much at once", by, at, until });
  return until;
}

function setChannel(channel: string): void {
  world.state.policyNow = aPolicy({ components: { "model-pymk": aComponentPolicy({ channel }) } });
}

function shownIn(channel: string): readonly string[] {
  return world.slack.messages(channel).map(({ text }) => text);
}

describe("the card", () => {
  it("is posted in the component's channel, and where it is is recorded", async () => {
    world.state.put(present());
    const result = await run();
    const [card] = world.slack.messages(home);
    expect(card?.text).toBe("card of 1, r1");
    expect(result).toEqual({
      kind: "done",
      command: {
        type: "RecordMessage",
        component: "model-pymk",
        release: "model-pymk@1",
        key: "card",
        channel: home,
        ts: card?.ts,
      },
    });
  });

  it("that another release took over while it was posted is that one's, and not posted twice", async () => {
    world.state.put(present());
    await run();
    world.state.put(present({ card: { kind: "moved", name: "model-pymk@1" } }));
    expect(await run()).toEqual({ kind: "done", command: null });
    const card = { kind: "shown", name: "model-pymk@1", since: world.clock.now() } as const;
    await world.clock.advance(3_600_000);
    world.state.put(present({ id: "model-pymk@2", version: "2", card }));
    await run("card", "model-pymk@2");
    expect(shownIn(home)).toEqual(["card of 2, r1"]);
  });

  it("is drawn again when a freeze ends that it may show, and not after that", async () => {
    world.state.put(present());
    const until = freezeFor(60_000);
    expect(await settle()).toMatchObject({ kind: "later", at: until });
    await world.clock.advance(60_000);
    expect(await settle()).toEqual({ kind: "done", command: null });
  });

  it("of a closed release is not drawn again for a freeze", async () => {
    world.state.put(present({ status: { kind: "failed", outcome: "failure" } }));
    freezeFor(60_000);
    expect(await run()).toMatchObject({ kind: "done" });
  });

  it("is drawn from the state, the policy, and the people behind it", async () => {
    const policy = aComponentPolicy({
      owners: ["ana@acme.test"],
      environments: [
        anEnvironmentPolicy({
          approval: [{ from: ["@ml-leads"], count: 1 }],
          rollbackFrom: ["@sre"],
        }),
      ],
    });
    world.state.policyNow = aPolicy({ components: { "model-pymk": policy } });
    world.state.put(present());
    await run();
    expect(world.drawn).toEqual([
      {
        state: await world.state.component("model-pymk"),
        release: present(),
        policy,
        directory: {
          "ana@acme.test": [ANA],
          "@ml-leads": [ANA, BEN],
          "@sre": [BEN],
          "ben@acme.test": [BEN],
        },
        excluded: [BEN],
        freeze: null,
        relations: { needs: [], neededBy: [] },
        now: world.clock.now(),
      },
    ]);
  });

  it("is drawn again when Slack could not say who may approve, until it can", async () => {
    const approval = [{ from: ["@sre"], count: 1 }];
    const policy = aComponentPolicy({ environments: [anEnvironmentPolicy({ approval })] });
    world.state.policyNow = aPolicy({ components: { "model-pymk": policy } });
    world.state.put(present());
    world.slack.failNext("usergroups.list", { kind: "error", error: "internal_error" });
    const again = world.clock.now() + 30_000;
    expect(await settle()).toMatchObject({ kind: "later", at: again });
    expect(world.drawn.at(-1)).toMatchObject({ directory: { "@sre": null } });
    await world.clock.advance(30_000);
    expect(await settle()).toEqual({ kind: "done", command: null });
    expect(world.drawn.at(-1)).toMatchObject({ directory: { "@sre": [BEN] } });
  });

  it("is drawn with what the component needs of others, as it is recorded of them", async () => {
    const need = { component: "svc-feed", range: ">=2.3.0", satisfiedBy: () => true };
    const policy = aComponentPolicy({ needs: [need], environments: [anEnvironmentPolicy()] });
    world.state.policyNow = aPolicy({ components: { "model-pymk": policy } });
    world.state.put(present());
    await run();
    const [environment] = policy.environments;
    expect(world.drawn).toMatchObject([
      {
        relations: {
          needs: [
            {
              component: "svc-feed",
              range: ">=2.3.0",
              places: [{ environment: environment?.name, found: null, met: false }],
            },
          ],
        },
      },
    ]);
  });

  it("takes no login for a Slack user id", async () => {
    const release = present();
    const { commit } = release.build;
    if (commit === null) throw new Error("the release has no commit");
    const build = { ...release.build, commit: { ...commit, author: "ubenberg99" } };
    world.state.put({ ...release, build });
    await run();
    expect(world.drawn).toMatchObject([
      { directory: { ubenberg99: [], "github:ubenberg99": [] }, excluded: [] },
    ]);
  });

  it("is edited in place afterwards, and nothing is recorded again", async () => {
    world.state.put(present());
    record((await run()).command);
    await change(2);
    expect(await run()).toEqual({ kind: "done", command: null });
    expect(shownIn(home)).toEqual(["card of 1, r2"]);
  });

  it("of a release in the archive is edited too", async () => {
    world.state.put(present());
    const { command } = await run();
    if (command?.type !== "RecordMessage") throw new Error("nothing was recorded");
    const { channel, ts } = command;
    world.state.archive(
      present({ id: "model-pymk@0", version: "0", messages: { card: { channel, ts } } }),
    );
    await run("card", "model-pymk@0");
    expect(shownIn(home)).toEqual(["card of 0, r1"]);
  });

  it("of a component that is no longer configured stays where it is", async () => {
    world.state.put(present());
    await settle();
    world.state.policyNow = aPolicy({ components: {} });
    await change(2);
    await run();
    expect(shownIn(home)).toEqual(["card of 1, r2"]);
    expect(world.drawn.at(-1)).toMatchObject({ policy: null });
  });

  it("of a release that is not there, or that shows nothing, is no work", async () => {
    expect(await run("card", "model-pymk@9")).toEqual({ kind: "done", command: null });
    world.state.put(present());
    expect(await run("nothing")).toEqual({ kind: "done", command: null });
    expect(shownIn(home)).toEqual([]);
  });

  it("is coalesced: 300 changes in half a minute are one post and about one edit a second", async () => {
    let due: number | null = world.clock.now();
    const work = async () => {
      if (due === null || due > world.clock.now()) return;
      const result = await run();
      record(result.command);
      due = result.kind === "later" ? result.at : null;
    };
    for (let revision = 1; revision <= 300; revision += 1) {
      await change(revision);
      due = world.clock.now();
      await work();
      await world.clock.advance(100);
    }
    for (let turn = 0; due !== null && turn < 100; turn += 1) {
      await world.clock.advance(100);
      await work();
    }
    const sent = world.slack.calls.map(({ method }) => method);
    expect(shownIn(home)).toEqual(["card of 1, r300"]);
    expect(sent.filter((method) => method === "chat.postMessage")).toHaveLength(1);
    expect(sent.filter((method) => method === "chat.update").length).toBeLessThanOrEqual(31);
    expect(world.slack.calls.filter(({ outcome }) => outcome !== "ok")).toEqual([]);
  });
});

describe("a channel in trouble", () => {
  it("that does not exist is said, and tried again for ever", async () => {
    setChannel("#nowhere");
    world.state.put(present());
    await expect(run()).rejects.toMatchObject({ retryable: true });
    expect(world.troubles.list()).toMatchObject([
      {
        channel: "#nowhere",
        component: "model-pymk",
        code: "channel_not_found",
        sentence: expect.stringContaining(
          "Messages of model-pymk cannot be written to #nowhere: Slack's conversations.list failed",
        ),
      },
    ]);
    expect(world.messages.attempts).toBe(Number.POSITIVE_INFINITY);
    expect([1, 2, 5, 9, 10, 1_000].map(world.messages.retryDelay)).toEqual([
      1_000, 2_000, 16_000, 256_000, 300_000, 300_000,
    ]);
  });

  it("is over when the configuration names one that exists", async () => {
    setChannel("nowhere");
    world.state.put(present());
    await expect(run()).rejects.toThrow("channel_not_found");
    setChannel("ml-releases");
    await run();
    expect(world.troubles.list()).toEqual([]);
    expect(shownIn(home)).toEqual(["card of 1, r1"]);
  });

  it("is joined where the app may", async () => {
    setChannel("quiet");
    world.state.put(present());
    const first = await run();
    if (first.kind === "later") await world.clock.advance(1_000);
    await run();
    expect(shownIn(world.slack.channelId("quiet"))).toEqual(["card of 1, r1"]);
    expect(world.troubles.list()).toEqual([]);
  });

  it("that the app was removed from is joined again for an edit", async () => {
    world.state.put(present());
    await settle();
    world.slack.removeAppFrom(home);
    await change(2);
    let result = await run();
    if (result.kind === "later") {
      await world.clock.advance(1_000);
      result = await run();
    }
    expect(result).toEqual({ kind: "done", command: null });
    expect(shownIn(home)).toEqual(["card of 1, r2"]);
  });

  it("that was archived is left for the one that is configured by now", async () => {
    world.state.put(present());
    await settle();
    world.slack.archive(home);
    setChannel("releases");
    await change(2);
    const result = await run();
    const releases = world.slack.channelId("releases");
    expect(result.command).toMatchObject({ type: "RecordMessage", channel: releases });
    expect(shownIn(releases)).toEqual(["card of 1, r2"]);
  });

  it("is said once, while it stays the same", async () => {
    world.state.put(present());
    await settle();
    world.slack.archive(home);
    for (const next of [2, 3]) {
      await change(next);
      await expect(run()).rejects.toThrow("is_archived");
      await world.clock.advance(1_000);
    }
    expect(world.news).toEqual(["is_archived"]);
  });
});

describe("when Slack is busy", () => {
  it("a listing that came too often is made later, not counted as a failure", async () => {
    world.state.put(present());
    world.slack.failNext("conversations.list", { kind: "limited", retryAfterSeconds: 20 });
    const start = world.clock.now();
    expect(await run()).toEqual({ kind: "later", at: start + 20_000, command: null });
    expect(world.news).toEqual([]);
  });
});
