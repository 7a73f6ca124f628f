import { generateKeyPairSync } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { callGitHub } from "../../src/effects/github/call-github.ts";
import {
  createGitHub,
  type GitHubCredentials,
  parseRepository,
} from "../../src/effects/github/github-client.ts";
import { failureOf } from "../support/adapter-failure.ts";
import { captureLogs } from "../support/captured-logger.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { addCommit } from "../support/fake-github/repository.ts";
import {
  type FakeGitHub,
  type FakeGitHubOptions,
  startFakeGitHub,
  type Trouble,
} from "../support/fake-github.ts";

const TOKEN = "github_pat_s3cretS3cretS3cret";
const FEED = { owner: "acme", repo: "feed" };
const never = new AbortController().signal;
const fakes: FakeGitHub[] = [];

afterEach(async () => {
  await Promise.all(fakes.splice(0).map((fake) => fake.close()));
});

async function setUp(
  credentials: GitHubCredentials = { kind: "token", token: TOKEN },
  app?: FakeGitHubOptions["app"],
) {
  const clock = createFakeClock();
  const { logger } = captureLogs();
  const options = { now: clock.now, token: TOKEN };
  const fake = await startFakeGitHub(app === undefined ? options : { ...options, app });
  fakes.push(fake);
  addCommit(fake.repository("acme/feed"), "Cache the edges");
  const github = createGitHub({
    credentials,
    apiUrl: `${fake.url}/`,
    clock,
    logger,
    throttle: false,
  });
  const call = (changes: boolean) =>
    callGitHub({ clock, signal: never }, { what: "look", changes }, async (signal) => {
      const client = await github.forRepository(FEED, signal);
      return client.rest.repos.get({ ...FEED, request: { signal } });
    });
  return { clock, fake, github, call };
}

describe("a client", () => {
  it("says who it is and which version of the API it speaks", async () => {
    const { fake, call } = await setUp();
    await call(false);
    expect(fake.requests()).toMatchObject([
      {
        path: "/repos/acme/feed",
        headers: {
          authorization: `token ${TOKEN}`,
          "user-agent": expect.stringMatching(/^slipway /),
          "x-github-api-version": "2022-11-28",
        },
      },
    ]);
  });

  it("without credentials sends none", async () => {
    const { fake, call } = await setUp({ kind: "none" });
    await failureOf(call(false));
    expect(fake.requests()[0]?.headers.authorization).toBeUndefined();
  });

  it("sends a request once, whatever is answered", async () => {
    for (const trouble of [
      { status: 500, body: { message: "Server Error" } },
      { status: 429, headers: { "retry-after": "1" }, body: { message: "rate limit" } },
      "lost",
    ] satisfies Trouble[]) {
      const { fake, call } = await setUp();
      fake.troubleNext(/GET/, trouble);
      await failureOf(call(false));
      expect(fake.calls()).toEqual(["GET /repos/acme/feed"]);
    }
  });
});

describe("an App", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const credentials = { kind: "app", appId: "4711", privateKey } as const;
  const app = { id: "4711", publicKey, owner: "acme", installation: 99 };

  it("acts with the token of its installation on the repository's owner", async () => {
    const { fake, call } = await setUp(credentials, app);
    await call(false);
    await call(false);
    expect(fake.calls()).toEqual([
      "GET /repos/acme/feed/installation",
      "POST /app/installations/99/access_tokens",
      "GET /repos/acme/feed",
      "GET /repos/acme/feed",
    ]);
    expect(fake.requests().at(-1)?.headers.authorization).toMatch(/^token ghs_/);
  });

  it("looks its installation up again after a while: it may have been reinstalled", async () => {
    const { clock, fake, call } = await setUp(credentials, app);
    await call(false);
    await clock.advance(10 * 60_000);
    await call(false);
    const lookUps = fake.calls().filter((one) => one.endsWith("/installation"));
    expect(lookUps).toHaveLength(2);
  });

  it("that is not installed there says so", async () => {
    const { call } = await setUp(credentials, { ...app, owner: "other" });
    const { message, retryable } = await failureOf(call(false));
    expect(message).toMatch(
      /^cannot look: GitHub answered 404: Not Found; it does not exist, or the token or the App may not see it$/,
    );
    expect(retryable).toBe(false);
  });
});

describe("a failed call", () => {
  it.each<{ name: string; trouble: Trouble; failure: object }>([
    {
      name: "wrong credentials",
      trouble: { status: 401, body: { message: "Bad credentials" } },
      failure: {
        message:
          "cannot look: GitHub answered 401: Bad credentials; look at GITHUB_TOKEN, or GITHUB_APP_ID and GITHUB_PRIVATE_KEY",
        retryable: false,
        uncertain: false,
        retryAfter: null,
      },
    },
    {
      name: "a missing permission",
      trouble: {
        status: 403,
        body: { message: "Resource not accessible by integration" },
        headers: { "x-ratelimit-remaining": "4999" },
      },
      failure: {
        message:
          "cannot look: GitHub answered 403: Resource not accessible by integration; the token or the App lacks a permission for it",
        retryable: false,
        uncertain: false,
        retryAfter: null,
      },
    },
    {
      name: "the hourly limit",
      trouble: {
        status: 403,
        body: { message: "API rate limit exceeded" },
        headers: {
          "x-ratelimit-remaining": "0",
          "x-ratelimit-reset": String(Date.UTC(2026, 10, 22, 12, 5) / 1_000),
        },
      },
      failure: {
        message: "cannot look: GitHub's rate limit is reached: API rate limit exceeded",
        retryable: true,
        uncertain: false,
        retryAfter: 301_000,
      },
    },
    {
      name: "a secondary limit that does not say for how long",
      trouble: { status: 403, body: { message: "You have exceeded a secondary rate limit." } },
      failure: {
        message:
          "cannot look: GitHub's rate limit is reached: You have exceeded a secondary rate limit.",
        retryable: true,
        uncertain: false,
        retryAfter: 60_000,
      },
    },
    {
      name: "a secondary limit that does",
      trouble: { status: 429, body: { message: "slow down" }, headers: { "retry-after": "7" } },
      failure: { retryable: true, retryAfter: 7_000 },
    },
    {
      name: "an internal error",
      trouble: { status: 500, body: { message: "Server Error" } },
      failure: {
        message: "cannot look: GitHub answered 500: Server Error",
        retryable: true,
        uncertain: true,
        retryAfter: null,
      },
    },
    {
      name: "a lost answer",
      trouble: "lost",
      failure: {
        message: "cannot look: GitHub: the connection was cut",
        retryable: true,
        uncertain: true,
        retryAfter: null,
      },
    },
    {
      name: "words of any length on any number of lines",
      trouble: { status: 422, body: { message: `a\n\nb ${"x".repeat(900)}` } },
      failure: {
        message: expect.stringMatching(/^cannot look: GitHub answered 422: a b x{295}…$/),
      },
    },
  ])("$name", async ({ trouble, failure }) => {
    const { fake, call } = await setUp();
    fake.troubleNext(/GET/, trouble);
    const { message, retryable, uncertain, retryAfter } = await failureOf(call(true));
    expect({ message, retryable, uncertain, retryAfter }).toMatchObject(failure);
  });

  it("that only reads is never uncertain", async () => {
    const { fake, call } = await setUp();
    fake.troubleNext(/GET/, "lost");
    expect(await failureOf(call(false))).toMatchObject({ retryable: true, uncertain: false });
  });

  it("without an answer ends after a time", async () => {
    const { clock, fake, call } = await setUp();
    fake.goSilent();
    const reading = failureOf(call(false));
    await fake.asked();
    await clock.advance(30_000);
    expect(await reading).toMatchObject({
      message: "cannot look: GitHub did not answer within 30 s",
      retryable: true,
      uncertain: false,
    });
  });
});

describe("a repository's name", () => {
  it.each([
    ["acme/feed", { owner: "acme", repo: "feed" }],
    ["acme/feed.js_2", { owner: "acme", repo: "feed.js_2" }],
    ["group/sub/feed", null],
    ["feed", null],
    ["../feed", null],
    ["acme/feed?x", null],
    ["", null],
    [null, null],
  ])("%s", (name, parsed) => {
    expect(parseRepository(name)).toEqual(parsed);
  });
});
