import { afterEach, describe, expect, it } from "vitest";
import type { Commit } from "../../../src/core/build.ts";
import type { JobBody } from "../../../src/core/job.ts";
import type { ReleaseNotes } from "../../../src/core/release.ts";
import { createGitHub } from "../../../src/effects/github/github-client.ts";
import { createNotesHandler } from "../../../src/effects/notes/notes-handler.ts";
import { AdapterError } from "../../../src/shared/errors.ts";
import { failureOf } from "../../support/adapter-failure.ts";
import { captureLogs } from "../../support/captured-logger.ts";
import {
  build,
  COMPONENT,
  componentState,
  promotion,
  release,
} from "../../support/effect-states.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { addCommit } from "../../support/fake-github/repository.ts";
import { type FakeGitHub, startFakeGitHub } from "../../support/fake-github.ts";
import { createFakeStateReader } from "../../support/fake-state-reader.ts";

const TOKEN = "github_pat_s3cretS3cretS3cret";
const RELEASE = "svc-feed@2.4.0";
const fakes: FakeGitHub[] = [];

afterEach(async () => {
  await Promise.all(fakes.splice(0).map((fake) => fake.close()));
});

async function setUp(isElsewhere: (source: string) => boolean = () => false) {
  const clock = createFakeClock();
  const { logger } = captureLogs();
  const fake = await startFakeGitHub({ now: clock.now, token: TOKEN });
  fakes.push(fake);
  const feed = fake.repository("acme/feed");
  const base = addCommit(feed, "What is live");
  const state = createFakeStateReader(componentState(promotion({ kind: "requested" })));
  const github = createGitHub({
    credentials: { kind: "token", token: TOKEN },
    apiUrl: fake.url,
    clock,
    logger,
    throttle: false,
  });
  const notes = createNotesHandler({ github, state, isElsewhere, clock, random: () => 0 });
  const body = (sha: string | null = base): Extract<JobBody, { kind: "notes" }> => ({
    kind: "notes",
    component: COMPONENT,
    release: RELEASE,
    base: { version: "2.3.1", sha },
  });
  const setCommit = async (commit: Partial<Commit> | null) => {
    const whole: Commit | null = commit && {
      repository: "acme/feed",
      sha: null,
      tag: null,
      branch: null,
      author: null,
      subject: null,
      ...commit,
    };
    const present = await state.component(COMPONENT);
    const changed = release({ build: build({ commit: whole }) });
    state.setState({ ...present, releases: { ...present.releases, [RELEASE]: changed } });
  };
  const run = (given = body(), signal = new AbortController().signal) =>
    notes.run(given, { attempt: 1, due: 0, now: clock.now(), signal });
  return { clock, fake, feed, base, state, notes, body, setCommit, run };
}

const NONE: ReleaseNotes = {
  since: "2.3.1",
  commits: [],
  totalCommits: 0,
  behindBy: 0,
  url: null,
  problem: null,
};

function written(notes: Partial<ReleaseNotes>, resolvedSha: string | null = null) {
  return {
    kind: "done",
    command: {
      type: "WriteNotes",
      component: COMPONENT,
      release: RELEASE,
      notes: { ...NONE, ...notes },
      resolvedSha,
    },
  };
}

describe("notes", () => {
  it("are not asked for at GitHub where another host has the repository of that name", async () => {
    const asked: string[] = [];
    const { feed, setCommit, run } = await setUp((source) => asked.push(source) > 0);
    await setCommit({ sha: addCommit(feed, "Of somebody else") });
    expect(await run()).toEqual(written({}));
    expect(asked).toEqual([build().source]);
  });

  it("list the commits since what is live, oldest first", async () => {
    const { feed, base, setCommit, run } = await setUp();
    const first = addCommit(feed, "Cache the edges\n\nThey were slow.");
    const second = addCommit(feed, "<!channel> *Retry*\u0007 reads", { login: null });
    await setCommit({ sha: second });
    expect(await run()).toEqual(
      written({
        commits: [
          { sha: first, subject: "Cache the edges", author: "dana-acme" },
          { sha: second, subject: "<!channel> *Retry* reads", author: "Dana" },
        ],
        totalCommits: 2,
        url: `https://github.example/acme/feed/compare/${base}...${second}`,
      }),
    );
  });

  it("say how many commits of what is live they would take away", async () => {
    const { feed, base, setCommit, run, body } = await setUp();
    const live = addCommit(feed, "A fix of 2.3", { branch: "2.3", from: base });
    const head = addCommit(feed, "Cache the edges", { branch: "topic", from: base });
    await setCommit({ sha: head });
    expect(await run(body(live))).toMatchObject({
      command: { notes: { totalCommits: 1, behindBy: 1, commits: [{ sha: head }] } },
    });
    await setCommit({ sha: base });
    expect(await run(body(live))).toMatchObject({
      command: { notes: { totalCommits: 0, behindBy: 1, commits: [] } },
    });
  });

  it.each([
    { count: 20, requests: 1 },
    { count: 37, requests: 1 },
    { count: 101, requests: 3 },
    { count: 320, requests: 3 },
  ])("keep the newest 20 of $count commits", async ({ count, requests }) => {
    const { fake, feed, setCommit, run } = await setUp();
    const shas = Array.from({ length: count }, (_none, n) => addCommit(feed, `Change ${n + 1}`));
    await setCommit({ sha: shas.at(-1) ?? null });
    const result = await run();
    expect(result).toMatchObject({ command: { notes: { totalCommits: count } } });
    const subjects =
      result.command?.type === "WriteNotes"
        ? result.command.notes.commits.map(({ subject }) => subject)
        : [];
    expect(subjects).toEqual(Array.from({ length: 20 }, (_none, n) => `Change ${count - 19 + n}`));
    expect(fake.calls()).toHaveLength(requests);
  });

  it("resolve a tag to its commit", async () => {
    const { feed, setCommit, run } = await setUp();
    const head = addCommit(feed, "Cache the edges");
    feed.tags.set("v2.4.0", head);
    // A branch of the same name is something else.
    addCommit(feed, "Not this one", { branch: "v2.4.0" });
    await setCommit({ tag: "v2.4.0" });
    expect(await run()).toMatchObject({
      command: { resolvedSha: head, notes: { totalCommits: 1, commits: [{ sha: head }] } },
    });
  });

  it("resolve a tag even where nothing is live to compare with", async () => {
    const { feed, setCommit, run, body } = await setUp();
    const head = addCommit(feed, "Cache the edges");
    feed.tags.set("v2.4.0", head);
    await setCommit({ tag: "v2.4.0" });
    expect(await run({ ...body(), base: null })).toEqual(written({ since: null }, head));
  });

  it.each<{ name: string; commit: Partial<Commit> | null }>([
    { name: "no commit", commit: null },
    {
      name: "a repository that is not on GitHub",
      commit: { repository: "group/sub/feed", sha: "a" },
    },
  ])("are empty for a build with $name, and GitHub is not asked", async ({ commit }) => {
    const { fake, setCommit, run } = await setUp();
    await setCommit(commit);
    expect(await run()).toEqual(written({}));
    expect(fake.calls()).toEqual([]);
  });

  it("are not written for a release that is not there", async () => {
    const { state, run } = await setUp();
    state.setState({ ...(await state.component(COMPONENT)), releases: {} });
    expect(await run()).toEqual({ kind: "done", command: null });
  });
});

describe("notes say why there are none", () => {
  it("of the commit that is live are empty, and GitHub is not asked", async () => {
    const { fake, base, setCommit, run } = await setUp();
    await setCommit({ sha: base });
    await fake.close();
    expect(await run()).toEqual(written({}));
  });

  it("where the live release names no commit", async () => {
    const { feed, setCommit, run, body } = await setUp();
    await setCommit({ sha: addCommit(feed, "Cache the edges") });
    expect(await run(body(null))).toEqual(
      written({ problem: "2.3.1, which is live, names no commit" }),
    );
  });

  it("where the build names neither commit nor tag", async () => {
    const { setCommit, run } = await setUp();
    await setCommit({ branch: "main" });
    expect(await run()).toEqual(
      written({ problem: "the build names neither its commit nor its tag" }),
    );
  });

  it("where GitHub does not know the commit, and keep the tag that it did know", async () => {
    const { feed, setCommit, run, body } = await setUp();
    const head = addCommit(feed, "Cache the edges");
    feed.tags.set("v2.4.0", head);
    await setCommit({ tag: "v2.4.0" });
    expect(await run(body("b".repeat(40)))).toEqual(
      written(
        {
          problem: `cannot compare bbbbbbb with ${head.slice(0, 7)} in acme/feed: GitHub answered 404: Not Found; it does not exist, or the token or the App may not see it`,
        },
        head,
      ),
    );
  });

  it("where GitHub does not let it read", async () => {
    const { fake, feed, setCommit, run } = await setUp();
    await setCommit({ sha: addCommit(feed, "Cache the edges") });
    fake.troubleNext(/compare/, { status: 403, body: { message: "Resource not accessible" } });
    expect(await run()).toMatchObject({
      command: { notes: { problem: expect.stringMatching(/Resource not accessible; the token/) } },
    });
  });

  it("at a rate limit that lasts", async () => {
    const { fake, feed, setCommit, run } = await setUp();
    await setCommit({ sha: addCommit(feed, "Cache the edges") });
    fake.troubleNext(/compare/, {
      status: 429,
      headers: { "retry-after": "1800" },
      body: { message: "API rate limit exceeded" },
    });
    expect(await run()).toMatchObject({
      command: { notes: { problem: expect.stringMatching(/rate limit is reached/) } },
    });
  });

  it("when all tries have failed", async () => {
    const { notes, body } = await setUp();
    expect(notes.buried(body(), "GitHub did not answer")).toEqual(
      written({ problem: "GitHub did not answer" }).command,
    );
    expect(notes.attempts).toBeLessThan(10);
  });
});

describe("notes are tried again", () => {
  it.each([
    { name: "an internal error", trouble: { status: 502, body: { message: "Bad Gateway" } } },
    { name: "a lost answer", trouble: "lost" as const },
    {
      name: "a short rate limit",
      trouble: { status: 429, headers: { "retry-after": "20" }, body: { message: "slow down" } },
    },
  ])("after $name", async ({ trouble }) => {
    const { fake, feed, setCommit, run } = await setUp();
    await setCommit({ sha: addCommit(feed, "Cache the edges") });
    fake.troubleNext(/compare/, trouble);
    expect(await failureOf(run())).toMatchObject({ retryable: true });
  });

  it("when the store is away", async () => {
    const { state, run } = await setUp();
    state.fail(new Error("disk full"));
    expect(await failureOf(run())).toMatchObject({
      message: "the release svc-feed@2.4.0 cannot be read: disk full",
      retryable: true,
    });
  });

  it("when they were cut short", async () => {
    const { fake, feed, setCommit, run, body } = await setUp();
    await setCommit({ sha: addCommit(feed, "Cache the edges") });
    fake.goSilent();
    const worker = new AbortController();
    const failed = failureOf(run(body(), worker.signal));
    await fake.asked();
    const reason = new AdapterError("cut short", { retryable: true });
    worker.abort(reason);
    expect(await failed).toBe(reason);
  });
});
