import { afterEach, describe, expect, it } from "vitest";
import { createHttpDeployer } from "../../../src/effects/deployers/http/http-deployer.ts";
import type { HttpDeployerSettings } from "../../../src/effects/deployers/http/http-deployer-settings.ts";
import { failureOf } from "../../support/adapter-failure.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { DEPLOY_TOKEN, httpDeployerSettings } from "../../support/http-deployer-settings.ts";
import { operationInput } from "../../support/operation-input.ts";
import {
  type ReceivedRequest,
  type ScriptedAnswer,
  type ScriptedServer,
  startServer,
} from "../../support/scripted-server.ts";
import { template } from "../../support/text-template.ts";
import { answerExpression, brokenExpression } from "../../support/value-expression.ts";

const never = new AbortController().signal;
const clock = createFakeClock();
const servers: ScriptedServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A deployer in front of a server that gives these answers, one after the other, the last one for ever. */
async function deployerWith(
  answers: readonly ScriptedAnswer[],
  overrides: (url: string) => Partial<HttpDeployerSettings> = () => ({}),
) {
  let asked = 0;
  const server = await startServer(() => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    return answer ?? {};
  });
  servers.push(server);
  const settings = httpDeployerSettings(server.url, overrides(server.url));
  const deployer = createHttpDeployer(settings, {
    clock,
    releaseUrl: async () => "https://slack.example/p1",
  });
  const seen = () =>
    server.requests().map(({ method, url }: ReceivedRequest) => `${method} ${url}`);
  return { deployer, server, seen };
}

const input = operationInput();
const LOOKUP = `GET /deploys?key=${encodeURIComponent(input.key)}`;

describe("start", () => {
  it("sends what is configured, with its variables", async () => {
    const { deployer, server } = await deployerWith([{ status: 201, json: { id: "d-7" } }]);
    expect(await deployer.start(input, false, never)).toEqual({ handle: "d-7", url: null });
    expect(server.requests()).toMatchObject([
      {
        method: "POST",
        url: "/deploys",
        headers: {
          authorization: `Bearer ${DEPLOY_TOKEN}`,
          "idempotency-key": input.key,
          "content-type": "application/json",
        },
        body: '{"app":"svc-feed","version":"2.4.0","weight":"100"}',
      },
    ]);
  });

  it("takes a number as an id, and the key where no id is configured", async () => {
    const numbered = await deployerWith([{ json: { id: 71 } }]);
    expect((await numbered.deployer.start(input, false, never)).handle).toBe("71");
    const unnamed = await deployerWith([{ status: 204 }], (url) => ({
      start: { ...httpDeployerSettings(url).start, id: null },
    }));
    expect((await unnamed.deployer.start(input, false, never)).handle).toBe(input.key);
  });

  it("of a rollback sends the rollback request where there is one, and the start request where not", async () => {
    const rollback = operationInput({ purpose: "rollback", version: "2.3.1" });
    const own = await deployerWith([{ json: { id: "r-1" } }], (url) => ({
      rollback: {
        method: "PUT",
        url: template(`${url}/rollback/{{version}}`),
        headers: {},
        body: { because: template("{{release_url}}") },
        id: answerExpression("body.id"),
      },
    }));
    expect((await own.deployer.start(rollback, false, never)).handle).toBe("r-1");
    expect(own.server.requests()).toMatchObject([
      { method: "PUT", url: "/rollback/2.3.1", body: '{"because":"https://slack.example/p1"}' },
    ]);

    const same = await deployerWith([{ json: { id: "d-8" } }]);
    await same.deployer.start(rollback, false, never);
    expect(same.seen()).toEqual(["POST /deploys"]);
  });

  it("never sends twice in one call", async () => {
    const { deployer, seen } = await deployerWith([{ status: 503 }]);
    await failureOf(deployer.start(input, false, never));
    expect(seen()).toEqual(["POST /deploys"]);
  });

  it.each<{
    name: string;
    answer: ScriptedAnswer;
    failure: { message: string; retryable: boolean; uncertain: boolean; retryAfter?: number };
  }>([
    {
      name: "a refusal is certain and final, in the other system's words",
      answer: { status: 422, json: { message: "no app\nof this name" } },
      failure: {
        message: "gate: start answered 422: no app of this name",
        retryable: false,
        uncertain: false,
      },
    },
    {
      name: "a rate limit is certain and says when to come back",
      answer: { status: 429, headers: { "retry-after": "12" } },
      failure: {
        message: "gate: start answered 429",
        retryable: true,
        uncertain: false,
        retryAfter: 12_000,
      },
    },
    {
      name: "an internal error may have come after it began",
      answer: { status: 502, text: "<html>bad gateway</html>" },
      failure: { message: "gate: start answered 502", retryable: true, uncertain: true },
    },
    {
      name: "a conflict may be with an earlier try, which the look-up will tell",
      answer: { status: 409, json: { message: "it exists" } },
      failure: { message: "gate: start answered 409: it exists", retryable: true, uncertain: true },
    },
    {
      name: "a redirect is not followed",
      answer: { status: 302, headers: { location: "https://elsewhere.example/?token=abc" } },
      failure: {
        message: "gate: start answered 302, a redirect, which is not followed",
        retryable: false,
        uncertain: false,
      },
    },
    {
      name: "accepted without the id that was promised",
      answer: { status: 201, json: { deploy: 7 } },
      failure: {
        message:
          "gate: start was accepted (201), and `id` (body.id) reads body.id, which the answer lacks",
        retryable: true,
        uncertain: true,
      },
    },
    {
      name: "accepted with an empty id",
      answer: { status: 201, json: { id: "" } },
      failure: {
        message: "gate: start was accepted (201), and `id` (body.id) is empty",
        retryable: true,
        uncertain: true,
      },
    },
    {
      name: "accepted with an id that is a list",
      answer: { status: 201, json: { id: [1] } },
      failure: {
        message:
          "gate: start was accepted (201), and `id` (body.id) is neither a text nor a number",
        retryable: true,
        uncertain: true,
      },
    },
    {
      name: "accepted with an id of any length",
      answer: { status: 201, json: { id: "x".repeat(1_001) } },
      failure: {
        message:
          "gate: start was accepted (201), and `id` (body.id) is longer than 1000 characters",
        retryable: true,
        uncertain: true,
      },
    },
  ])("$name", async ({ answer, failure }) => {
    const { deployer } = await deployerWith([answer]);
    const { message, retryable, uncertain, retryAfter } = await failureOf(
      deployer.start(input, false, never),
    );
    expect({
      message,
      retryable,
      uncertain,
      ...(retryAfter === null ? {} : { retryAfter }),
    }).toEqual(failure);
  });

  it("names the host in an error and nothing else of the address", async () => {
    const { deployer, server } = await deployerWith(["lost"], (url) => ({
      start: { ...httpDeployerSettings(url).start, url: template(`${url}/hook/${DEPLOY_TOKEN}`) },
    }));
    const { message } = await failureOf(deployer.start(input, false, never));
    expect(message).toBe(`gate: start: ${new URL(server.url).host}: the connection was cut`);
  });
});

describe("start, tried again", () => {
  it("with a look-up asks before it sends", async () => {
    const { deployer, seen } = await deployerWith([{ status: 404 }, { json: { id: "d-7" } }]);
    expect((await deployer.start(input, true, never)).handle).toBe("d-7");
    expect(seen()).toEqual([LOOKUP, "POST /deploys"]);
  });

  it("with a look-up that finds it sends nothing", async () => {
    const { deployer, seen } = await deployerWith([{ json: { id: "d-7" } }]);
    expect((await deployer.start(input, true, never)).handle).toBe("d-7");
    expect(seen()).toEqual([LOOKUP]);
  });

  it("takes an empty answer of the look-up as: there is nothing", async () => {
    const { deployer, seen } = await deployerWith([
      { json: { id: null } },
      { json: { id: "d-7" } },
    ]);
    await deployer.start(input, true, never);
    expect(seen()).toEqual([LOOKUP, "POST /deploys"]);
  });

  it.each<{ name: string; answer: ScriptedAnswer }>([
    { name: "a login page", answer: { text: "<html>sign in</html>" } },
    { name: "JSON of another shape", answer: { json: { items: [] } } },
    { name: "a wrong token", answer: { status: 401 } },
    { name: "an internal error", answer: { status: 500 } },
    { name: "a redirect", answer: { status: 302 } },
    { name: "no answer", answer: "lost" },
  ])("sends nothing when the look-up gives $name", async ({ answer }) => {
    const { deployer, seen } = await deployerWith([answer]);
    expect(await failureOf(deployer.start(input, true, never))).toMatchObject({
      retryable: true,
      uncertain: true,
    });
    expect(seen()).toEqual([LOOKUP]);
  });

  it("with a key in the request sends it again, and no failure of that is certain", async () => {
    const { deployer, seen } = await deployerWith([{ status: 422 }], () => ({ lookup: null }));
    expect(await failureOf(deployer.start(input, true, never))).toMatchObject({ uncertain: true });
    expect(seen()).toEqual(["POST /deploys"]);
  });

  it("with neither asks people, and sends nothing", async () => {
    const { deployer, seen } = await deployerWith([{ json: { id: "d-7" } }], (url) => ({
      lookup: null,
      start: { ...httpDeployerSettings(url).start, headers: {} },
    }));
    const failure = await failureOf(deployer.start(input, true, never));
    expect(failure).toMatchObject({ retryable: false, uncertain: true });
    expect(failure.message).toBe(
      "gate: an earlier start may have begun, and without `lookup` or {{key}} in the request it cannot be told: look there",
    );
    expect(seen()).toEqual([]);
  });
});

describe("observe", () => {
  it.each<{ name: string; answer: ScriptedAnswer; observed: unknown }>([
    {
      name: "neither succeeded nor failed is running",
      answer: { json: { status: "busy", message: "step 2 of 3" } },
      observed: { kind: "running", detail: "step 2 of 3" },
    },
    {
      name: "without words of its own",
      answer: { json: { status: "busy" } },
      observed: { kind: "running", detail: "running" },
    },
    {
      name: "succeeded",
      answer: { json: { status: "done", message: "3 pods" } },
      observed: { kind: "succeeded", detail: "3 pods" },
    },
    {
      name: "failed, and why",
      answer: { json: { status: "failed", message: "no space left" } },
      observed: { kind: "failed", why: "no space left" },
    },
    {
      name: "failed without words: the condition that holds",
      answer: { json: { status: "failed" } },
      observed: { kind: "failed", why: 'body.status == "failed" holds' },
    },
    {
      name: "an answer without what is read",
      answer: { json: { state: "done" } },
      observed: {
        kind: "unknown",
        why: 'gate: `failed` (body.status == "failed") reads body.status, which the answer lacks',
      },
    },
    {
      name: "a login page",
      answer: { text: "<html>done</html>" },
      observed: {
        kind: "unknown",
        why: 'gate: `failed` (body.status == "failed") reads body.status, which the answer lacks',
      },
    },
    {
      name: "a success inside an error",
      answer: { status: 404, json: { status: "done" } },
      observed: { kind: "unknown", why: "gate: observe answered 404" },
    },
    {
      name: "a failure inside an error",
      answer: { status: 410, json: { status: "failed" } },
      observed: { kind: "failed", why: 'body.status == "failed" holds' },
    },
    {
      name: "a redirect",
      answer: { status: 302, json: { status: "done" } },
      observed: {
        kind: "unknown",
        why: "gate: observe answered 302, a redirect, which is not followed",
      },
    },
  ])("$name", async ({ answer, observed }) => {
    const { deployer, seen } = await deployerWith([answer]);
    expect(await deployer.observe(input, "d/7", never)).toEqual(observed);
    expect(seen()).toEqual(["GET /deploys/d%2F7"]);
  });

  it("takes nothing but true for a success", async () => {
    const { deployer } = await deployerWith([{ json: { status: "done" } }], (url) => ({
      observe: { ...httpDeployerSettings(url).observe, succeeded: answerExpression("body.status") },
    }));
    expect(await deployer.observe(input, "d-7", never)).toEqual({
      kind: "unknown",
      why: "gate: `succeeded` (body.status) is neither true nor false",
    });
  });

  it("of an answer on which `failed` cannot be evaluated is unknown, even if it says success", async () => {
    const { deployer } = await deployerWith([{ json: { status: "done" } }], (url) => ({
      observe: {
        ...httpDeployerSettings(url).observe,
        failed: brokenExpression("body.status > 1"),
      },
    }));
    expect(await deployer.observe(input, "d-7", never)).toEqual({
      kind: "unknown",
      why: "gate: `failed` (body.status > 1) cannot be evaluated: no such overload",
    });
  });

  it("that says both is a failure", async () => {
    const { deployer } = await deployerWith([{ json: { status: "done" } }], (url) => ({
      observe: {
        ...httpDeployerSettings(url).observe,
        failed: answerExpression('body.status == "done"'),
      },
    }));
    expect(await deployer.observe(input, "d-7", never)).toMatchObject({ kind: "failed" });
  });

  it.each([401, 403, 429, 500, 503])(
    "answered %i says nothing of the operation",
    async (status) => {
      const { deployer } = await deployerWith([{ status, json: { status: "failed" } }]);
      const failure = await failureOf(deployer.observe(input, "d-7", never));
      expect(failure.message).toBe(`gate: observe answered ${status}`);
    },
  );
});

describe("stop", () => {
  it.each([404, 409, 410])("takes %i for: it has ended", async (status) => {
    const { deployer, seen } = await deployerWith([{ status }]);
    await deployer.stop(input, "d-7", never);
    expect(seen()).toEqual(["POST /deploys/d-7/stop"]);
  });

  it("fails when the system fails", async () => {
    const { deployer } = await deployerWith([{ status: 500 }]);
    expect(await failureOf(deployer.stop(input, "d-7", never))).toMatchObject({ retryable: true });
  });

  it("says what to do where it is not configured", async () => {
    const { deployer } = await deployerWith([{}], () => ({ stop: null }));
    const failure = await failureOf(deployer.stop(input, "d-7", never));
    expect(failure).toMatchObject({ retryable: false });
    expect(failure.message).toBe("gate has no `stop` request: stop it there");
  });
});
