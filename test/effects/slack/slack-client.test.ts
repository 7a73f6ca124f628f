import type { RequestListener } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  authenticate,
  createSlackClients,
  type SlackClient,
} from "../../../src/effects/slack/slack-client.ts";
import { untilAborted } from "../../../src/effects/slack/until-aborted.ts";
import { createTelemetry, type Telemetry } from "../../../src/shared/telemetry.ts";
import { captureLogs } from "../../support/captured-logger.ts";
import { clientOf } from "../../support/slack-clients.ts";
import { json, type StubSlackApi, startStubSlackApi } from "../../support/stub-slack-api.ts";

let api: StubSlackApi;
let telemetry: Telemetry;
let client: SlackClient;

beforeEach(async () => {
  api = await startStubSlackApi();
  telemetry = createTelemetry();
  client = clientOf(api, { telemetry });
});

afterEach(() => api.close());

function post() {
  return client.chat.postMessage({ channel: "C1", text: "x" });
}

async function counted(): Promise<Readonly<Record<string, number>>> {
  const { values } = await telemetry.slackCalls.get();
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels.outcome), value]));
}

describe("a failed call says what it means", () => {
  it.each<{
    name: string;
    answer: RequestListener;
    error: object;
    outcome: string;
  }>([
    {
      name: "an error of Slack that a person must mend",
      answer: json(200, { ok: false, error: "not_in_channel" }),
      error: {
        message:
          'Slack\'s chat.postMessage failed: not_in_channel; invite the app to the channel with "/invite"',
        code: "not_in_channel",
        kind: "channel",
        retryable: true,
        uncertain: false,
      },
      outcome: "not_in_channel",
    },
    {
      name: "a missing scope",
      answer: json(200, { ok: false, error: "missing_scope", needed: "chat:write" }),
      error: {
        message:
          "Slack's chat.postMessage failed: missing_scope; the app lacks the scope chat:write: install it again from manifest.yml",
        kind: "credentials",
        retryable: true,
      },
      outcome: "missing_scope",
    },
    {
      name: "content that Slack does not take",
      answer: json(200, {
        ok: false,
        error: "invalid_blocks",
        response_metadata: { messages: ["[ERROR] no such block /blocks/0"] },
      }),
      error: {
        message: "Slack's chat.postMessage failed: invalid_blocks; [ERROR] no such block /blocks/0",
        kind: "content",
        retryable: false,
      },
      outcome: "invalid_blocks",
    },
    {
      name: "an error that may have been a success",
      answer: json(200, { ok: false, error: "fatal_error" }),
      error: { kind: "uncertain", retryable: true, uncertain: true },
      outcome: "fatal_error",
    },
    {
      name: "an error that we do not know",
      answer: json(200, { ok: false, error: "brand_new_error" }),
      error: { code: "brand_new_error", kind: "other", retryable: false, uncertain: false },
      outcome: "error",
    },
    {
      name: "too many calls",
      answer: json(429, { ok: false }, { "retry-after": "17" }),
      error: { code: "ratelimited", retryable: true, retryAfter: 17_000, uncertain: false },
      outcome: "ratelimited",
    },
    {
      name: "too many calls, without a time",
      answer: json(429, { ok: false }),
      error: { code: "ratelimited", retryable: true, retryAfter: 30_000, uncertain: false },
      outcome: "ratelimited",
    },
    {
      name: "too many calls, with no time to wait",
      answer: json(429, { ok: false }, { "retry-after": "0" }),
      error: { code: "ratelimited", retryAfter: 1_000 },
      outcome: "ratelimited",
    },
    {
      name: "an error of the server",
      answer: json(502, {}),
      error: {
        message: "Slack's chat.postMessage failed: http_error; HTTP status 502",
        retryable: true,
        uncertain: true,
      },
      outcome: "http_error",
    },
    {
      name: "a page instead of JSON",
      answer: (_request, response) => void response.end("<html>maintenance</html>"),
      error: { code: "unreadable_answer", retryable: true, uncertain: true },
      outcome: "unreadable_answer",
    },
    {
      name: "a cut line",
      answer: (request) => void request.socket.destroy(),
      error: { code: "no_answer", retryable: true, uncertain: true },
      outcome: "no_answer",
    },
    {
      name: "a line cut in the middle of the answer",
      answer(request, response) {
        response.writeHead(200, { "content-length": "100" });
        response.write('{"ok":', () => request.socket.destroy());
      },
      error: { code: "no_answer", retryable: true, uncertain: true },
      outcome: "no_answer",
    },
  ])("$name", async ({ answer: listener, error, outcome }) => {
    api.answer = listener;
    await expect(post()).rejects.toMatchObject(error);
    expect(await counted()).toEqual({ [outcome]: 1 });
    expect(api.requests).toBe(1);
  });

  it("a server that is not there was certainly not told", async () => {
    await api.close();
    await expect(post()).rejects.toMatchObject({
      code: "not_connected",
      retryable: true,
      uncertain: false,
    });
    api = await startStubSlackApi();
  });
});

it("a call that succeeds is counted by its method", async () => {
  api.answer = json(200, { ok: true });
  await post();
  expect((await telemetry.slackCalls.get()).values).toEqual([
    { labels: { method: "chat.postMessage", outcome: "ok" }, value: 1 },
  ]);
});

it("one client's rate limit does not hold up the other's calls", async () => {
  const { background, interactive } = createSlackClients({
    token: "xoxb-1",
    apiUrl: api.apiUrl,
    log: captureLogs().logger,
    telemetry,
  });
  api.answer = json(429, { ok: false }, { "retry-after": "3600" });
  await expect(background.api.test()).rejects.toMatchObject({ retryAfter: 3_600_000 });
  api.answer = json(200, { ok: true });
  await interactive.api.test();
  await background.api.test();
});

it("a call that is given up hangs up: what it asked for does not arrive after that", async () => {
  const given = new AbortController();
  const hungUp = new Promise<void>((resolve) => {
    api.answer = (_request, response) => {
      response.once("close", resolve);
      given.abort();
    };
  });
  await expect(untilAborted("chat.postMessage", given.signal, post)).rejects.toMatchObject({
    code: "aborted",
    uncertain: true,
  });
  await hungUp;
  // By itself the client gives up after ten seconds.
}, 5_000);

describe("authenticating", () => {
  it("says who the app is", async () => {
    api.answer = json(200, {
      ok: true,
      team_id: "T1",
      bot_id: "B1",
      user_id: "U1",
      user: "slipway",
    });
    expect(await authenticate(client)).toEqual({ teamId: "T1", botId: "B1", botUserId: "U1" });
  });

  it("refuses a token that is not a bot's", async () => {
    api.answer = json(200, { ok: true, team_id: "T1", user_id: "U1" });
    await expect(authenticate(client)).rejects.toThrow("SLACK_BOT_TOKEN must be a bot token");
  });

  it("names the variable when Slack does not take the token", async () => {
    api.answer = json(200, { ok: false, error: "invalid_auth" });
    await expect(authenticate(client)).rejects.toThrow("check SLACK_BOT_TOKEN");
  });
});
