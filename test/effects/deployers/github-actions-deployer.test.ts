import { afterEach, describe, expect, it } from "vitest";
import { createGitHubActionsDeployer } from "../../../src/effects/deployers/github/github-actions-deployer.ts";
import type { GitHubActionsSettings } from "../../../src/effects/deployers/github/github-actions-settings.ts";
import { createGitHub } from "../../../src/effects/github/github-client.ts";
import { failureOf } from "../../support/adapter-failure.ts";
import { captureLogs } from "../../support/captured-logger.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { addCommit } from "../../support/fake-github/repository.ts";
import { type FakeGitHub, startFakeGitHub } from "../../support/fake-github.ts";
import {
  deployWorkflow,
  GITHUB_TOKEN,
  gitHubActionsSettings,
} from "../../support/github-actions-settings.ts";
import { operationInput } from "../../support/operation-input.ts";
import { template } from "../../support/text-template.ts";

const never = new AbortController().signal;
const fakes: FakeGitHub[] = [];

afterEach(async () => {
  await Promise.all(fakes.splice(0).map((fake) => fake.close()));
});

async function setUp(
  settings: Partial<GitHubActionsSettings> = {},
  workflow: Parameters<typeof deployWorkflow>[1] = {},
) {
  const clock = createFakeClock();
  const logs = captureLogs();
  const fake = await startFakeGitHub({ now: clock.now, token: GITHUB_TOKEN });
  fakes.push(fake);
  const deploys = deployWorkflow(fake, workflow);
  const feed = fake.repository("acme/feed");
  const commit = addCommit(feed, "Cache the edges");
  const input = operationInput({ commit, startedAt: clock.now() });
  const github = createGitHub({
    credentials: { kind: "token", token: GITHUB_TOKEN },
    apiUrl: fake.url,
    clock,
    logger: logs.logger,
    throttle: false,
  });
  const deployer = createGitHubActionsDeployer(gitHubActionsSettings(settings), {
    clock,
    logger: logs.logger,
    github,
    // The page of the build, which is a run of GitHub Actions itself.
    releaseUrl: async () => "https://github.example/acme/deploys/actions/runs/300000",
  });
  const posts = () => fake.calls().filter((call) => call.startsWith("POST"));
  const stateOf = (index: number) => feed.deployments[index]?.statuses.map(({ state }) => state);
  return { clock, logs, fake, deploys, feed, commit, input, deployer, posts, stateOf };
}

const DISPATCH = "POST /repos/acme/deploys/actions/workflows/deploy.yml/dispatches";
const DEPLOYMENT = "POST /repos/acme/feed/deployments";
const STATUS = "POST /repos/acme/feed/deployments/9000/statuses";

describe("start", () => {
  it("records a Deployment of exactly the approved commit, then dispatches the workflow", async () => {
    const { deployer, input, deploys, feed, commit, posts } = await setUp();
    addCommit(feed, "Something newer");
    const { handle, url } = await deployer.start(input, false, never);
    expect(posts()).toEqual([DEPLOYMENT, STATUS, DISPATCH, STATUS]);
    expect(feed.deployments).toMatchObject([
      {
        sha: commit,
        ref: commit,
        task: "deploy",
        environment: "production",
        description: "svc-feed 2.4.0 by dana",
        payload: {
          slipway: { key: input.key, release: "svc-feed@2.4.0", digest: input.digest },
        },
      },
    ]);
    expect(deploys.runs).toMatchObject([
      {
        branch: "main",
        title: `deploy ${input.key}`,
        inputs: {
          component: "svc-feed",
          version: "2.4.0",
          environment: "production",
          digest: input.digest,
          key: input.key,
          region: "eu",
        },
      },
    ]);
    expect(url).toBe("https://github.example/acme/deploys/actions/runs/300000");
    expect(JSON.parse(handle)).toEqual({
      run: 300_000,
      attempt: 1,
      deployment: 9_000,
    });
    expect(feed.deployments[0]?.statuses).toMatchObject([
      { state: "queued", logUrl: "" },
      { state: "in_progress", logUrl: url },
    ]);
  });

  it("takes workflow, ref and environment from the parameters, and passes on the others", async () => {
    const { deployer, input, deploys, feed } = await setUp({}, { file: "smoke.yml" });
    deploys.branches.set("stable", deploys.branches.get("main") ?? "");
    const params = { workflow: "smoke.yml", ref: "stable", environment: "prod/eu", region: 7 };
    await deployer.start({ ...input, params }, false, never);
    expect(deploys.runs).toMatchObject([
      {
        workflow: "smoke.yml",
        branch: "stable",
        inputs: { environment: "production", region: "7" },
      },
    ]);
    expect(feed.deployments.map(({ environment }) => environment)).toEqual(["prod/eu"]);
  });

  it("sends the inputs that are configured instead of the usual ones", async () => {
    const { deployer, input, deploys } = await setUp({
      ref: "main",
      inputs: { version: template("v{{version}}"), key: template("{{key}}") },
    });
    await deployer.start({ ...input, params: {} }, false, never);
    expect(deploys.runs.map(({ inputs }) => inputs)).toEqual([
      { version: "v2.4.0", key: input.key },
    ]);
  });

  it.each([
    { name: "a verification", change: { purpose: "verify" as const } },
    { name: "a build without a commit", change: { commit: null } },
    { name: "a build without a repository", change: { repository: null } },
    { name: "a repository of another system", change: { repository: "group/sub/feed" } },
  ])("records no Deployment for $name", async ({ change }) => {
    const { deployer, input, feed, posts } = await setUp();
    await deployer.start({ ...input, ...change }, false, never);
    expect(posts()).toEqual([DISPATCH]);
    expect(feed.deployments).toEqual([]);
  });

  it("records none where that is switched off", async () => {
    const { deployer, input, posts } = await setUp({ recordDeployments: false });
    await deployer.start(input, false, never);
    expect(posts()).toEqual([DISPATCH]);
  });

  it("keeps descriptions as short as GitHub wants them", async () => {
    const { deployer, input, feed } = await setUp();
    await deployer.start({ ...input, actor: "d".repeat(300) }, false, never);
    expect(feed.deployments[0]?.description).toHaveLength(140);
  });

  it("starts nothing when GitHub recorded another commit", async () => {
    const { deployer, input, fake, deploys } = await setUp();
    const body = { id: 1, sha: "b".repeat(40), payload: "" };
    fake.troubleNext(/POST .*\/deployments$/, { status: 201, body });
    const failure = await failureOf(deployer.start(input, false, never));
    expect(failure).toMatchObject({ retryable: false, uncertain: false });
    expect(failure.message).toBe(
      `GitHub recorded a deployment of ${body.sha} instead of ${input.commit}: nothing was started`,
    );
    expect(deploys.runs).toEqual([]);
  });

  it("starts nothing when GitHub merged instead of recording", async () => {
    const { deployer, input, fake, deploys } = await setUp();
    const body = { message: "Auto-merged main into topic on deployment." };
    fake.troubleNext(/POST .*\/deployments$/, { status: 202, body });
    expect((await failureOf(deployer.start(input, false, never))).message).toBe(
      "cannot record the deployment in acme/feed: GitHub's answer is not what it documents",
    );
    expect(deploys.runs).toEqual([]);
  });

  it("fails for certain, in GitHub's words, when the workflow does not take an input", async () => {
    const { deployer, input, deploys } = await setUp();
    const failure = await failureOf(
      deployer.start({ ...input, params: { zone: "b" } }, false, never),
    );
    expect(failure).toMatchObject({ retryable: false, uncertain: false });
    expect(failure.message).toBe(
      'cannot start deploy.yml in acme/deploys: GitHub answered 422: Unexpected inputs provided: ["zone"]',
    );
    expect(deploys.runs).toEqual([]);
  });

  it("does not forget the run that it began for being told to stop", async () => {
    const { deployer, input, fake, deploys } = await setUp();
    fake.troubleNext(/GET .*\/statuses/, "silence");
    const caller = new AbortController();
    const begun = deployer.start(input, false, caller.signal);
    await fake.asked();
    caller.abort(new Error("the process stops"));
    expect(JSON.parse((await begun).handle)).toMatchObject({ run: deploys.runs[0]?.id });
  });

  it("sends every request once, whatever GitHub answers", async () => {
    const { deployer, input, fake, posts } = await setUp();
    fake.troubleNext(/dispatches/, { status: 502, body: { message: "Bad Gateway" } });
    expect(await failureOf(deployer.start(input, false, never))).toMatchObject({
      retryable: true,
      uncertain: true,
    });
    expect(posts()).toEqual([DEPLOYMENT, STATUS, DISPATCH]);
  });

  it("asks without the run's id where the server does not know that it can be told", async () => {
    const { deployer, input, fake, deploys, posts } = await setUp();
    fake.answerDispatches("unknown member");
    const { handle, url } = await deployer.start(input, false, never);
    expect(posts()).toEqual([DEPLOYMENT, STATUS, DISPATCH, DISPATCH, STATUS]);
    expect(deploys.runs).toHaveLength(1);
    expect([JSON.parse(handle).run, url]).toEqual([null, null]);
  });

  it("says when to come back at a rate limit, and then records nothing twice", async () => {
    const { deployer, input, fake, feed, deploys } = await setUp();
    fake.troubleNext(/dispatches/, {
      status: 403,
      headers: { "retry-after": "30" },
      body: { message: "You have exceeded a secondary rate limit." },
    });
    expect(await failureOf(deployer.start(input, false, never))).toMatchObject({
      retryable: true,
      uncertain: false,
      retryAfter: 30_000,
    });
    await deployer.start(input, false, never);
    expect([feed.deployments.length, deploys.runs.length]).toEqual([1, 1]);
  });
});

describe("start, tried again", () => {
  it("begins where an earlier try did not even record the Deployment", async () => {
    const { deployer, input, posts } = await setUp();
    await deployer.start(input, true, never);
    expect(posts()).toEqual([DEPLOYMENT, STATUS, DISPATCH, STATUS]);
  });

  it("keeps the Deployment of an earlier try that went no further", async () => {
    const { deployer, input, fake, feed, deploys } = await setUp();
    fake.troubleNext(/POST .*\/deployments$/, "lost");
    await failureOf(deployer.start(input, false, never));
    await deployer.start(input, true, never);
    expect([feed.deployments.length, deploys.runs.length]).toEqual([1, 1]);
  });

  it("recognises its Deployment however GitHub gives the payload back", async () => {
    for (const encode of [
      JSON.stringify,
      (value: unknown) => JSON.stringify(JSON.stringify(value)),
    ]) {
      const { deployer, input, fake, feed } = await setUp();
      fake.troubleNext(/POST .*\/deployments$/, "lost");
      await failureOf(deployer.start(input, false, never));
      const [made] = feed.deployments.splice(0);
      if (made !== undefined) feed.deployments.push({ ...made, payload: encode(made.payload) });
      await deployer.start(input, true, never);
      expect(feed.deployments).toHaveLength(1);
    }
  });

  it("does not take the Deployment of somebody else for its own", async () => {
    const { deployer, input, feed, commit } = await setUp();
    const foreign = { key: input.key };
    feed.deployments.push({
      id: 8_000,
      sha: commit,
      ref: commit,
      task: "deploy",
      environment: "production",
      description: null,
      payload: JSON.stringify(foreign),
      production: true,
      createdAt: 0,
      statuses: [],
    });
    await deployer.start(input, true, never);
    expect(feed.deployments).toHaveLength(2);
  });

  it("finds the run by the link of its own status", async () => {
    const { deployer, input, fake, deploys } = await setUp({}, { runName: null });
    const first = await deployer.start(input, false, never);
    expect(await deployer.start(input, true, never)).toEqual(first);
    expect(deploys.runs).toHaveLength(1);
    expect(fake.calls().some((call) => call.endsWith("deploy.yml/runs"))).toBe(false);
  });

  it("does not take the run of the build for the run of the deployment", async () => {
    const { clock, deployer, input, fake, deploys, posts } = await setUp();
    // A dispatch that is refused after `queued` was shown: nothing runs.
    fake.troubleNext(/dispatches/, { status: 502 });
    await failureOf(deployer.start(input, false, never));
    await clock.advance(60_000);
    const { handle } = await deployer.start(input, true, never);
    expect(deploys.runs).toHaveLength(1);
    expect(JSON.parse(handle).run).toBe(deploys.runs[0]?.id);
    expect(posts().filter((call) => call === DISPATCH)).toHaveLength(2);
  });

  it("waits for GitHub to show the run before it is certain that there is none", async () => {
    const { clock, deployer, input, fake, deploys } = await setUp();
    fake.listRuns(false);
    fake.troubleNext(/dispatches/, "lost");
    await failureOf(deployer.start(input, false, never));
    await clock.advance(20_000);
    expect(await failureOf(deployer.start(input, true, never))).toMatchObject({
      retryable: true,
      uncertain: true,
      retryAfter: 40_000,
    });
    for (const run of deploys.runs) run.listed = true;
    await clock.advance(40_000);
    await deployer.start(input, true, never);
    expect(deploys.runs).toHaveLength(1);
  });

  it("measures that wait by GitHub's clock, not by this machine's", async () => {
    const { clock, deployer, input, fake, deploys } = await setUp();
    fake.listRuns(false);
    fake.troubleNext(/dispatches/, "lost");
    await failureOf(deployer.start(input, false, never));
    const github = clock.now();
    clock.jump(3_600_000);
    fake.troubleNext(/GET .*\/statuses/, {
      status: 200,
      headers: { date: new Date(github + 5_000).toUTCString() },
      body: [{ state: "queued", log_url: "", created_at: new Date(github).toISOString() }],
    });
    expect(await failureOf(deployer.start(input, true, never))).toMatchObject({
      retryAfter: 55_000,
    });
    expect(deploys.runs).toHaveLength(1);
  });

  it("asks people when a run might be its own and does not say so", async () => {
    const { clock, deployer, input, fake, deploys } = await setUp({}, { runName: null });
    fake.troubleNext(/dispatches/, "lost");
    await failureOf(deployer.start(input, false, never));
    await clock.advance(600_000);
    const failure = await failureOf(deployer.start(input, true, never));
    expect(failure).toMatchObject({ retryable: false, uncertain: true });
    expect(failure.message).toBe(
      `an earlier try may have started deploy.yml, and no run names ${input.key}: put \${{ inputs.key }} into its run-name, and look at its runs`,
    );
    expect(deploys.runs).toHaveLength(1);
  });

  it("is not confused by the runs of other operations of the same workflow", async () => {
    const { clock, deployer, input, fake, deploys } = await setUp();
    await deployer.start({ ...input, key: "deploy:model-pymk@7:production:1" }, false, never);
    await deployer.start({ ...input, key: `${input.key}1` }, false, never);
    fake.troubleNext(/dispatches/, { status: 502 });
    await failureOf(deployer.start(input, false, never));
    await clock.advance(60_000);
    await deployer.start(input, true, never);
    expect(deploys.runs.map(({ title }) => title)).toEqual([
      "deploy deploy:model-pymk@7:production:1",
      `deploy ${input.key}1`,
      `deploy ${input.key}`,
    ]);
  });

  it("starts nothing where nothing was recorded and no run is shown: it may be shown later", async () => {
    const { deployer, input, posts } = await setUp();
    const failure = await failureOf(deployer.start({ ...input, commit: null }, true, never));
    expect(failure).toMatchObject({ retryable: true, uncertain: true });
    expect(failure.message).toBe(
      `an earlier try may have started deploy.yml, and GitHub shows no run that names ${input.key}`,
    );
    expect(posts()).toEqual([]);
  });

  it("is uncertain when GitHub does not let it look", async () => {
    const { deployer, input, fake, posts } = await setUp();
    fake.troubleNext(/GET .*\/deployments/, { status: 401, body: { message: "Bad credentials" } });
    expect(await failureOf(deployer.start(input, true, never))).toMatchObject({ uncertain: true });
    expect(posts()).toEqual([]);
  });
});

describe("the end of a run is shown on GitHub", () => {
  const SUCCESS = { status: "completed", conclusion: "success" };

  it("as success, once, and what it replaced in production as inactive", async () => {
    const { deployer, input, deploys, stateOf } = await setUp();
    for (const key of ["deploy:a:production:1", "deploy:b:production:2", "deploy:c:production:3"]) {
      const operation = { ...input, key };
      const { handle } = await deployer.start(operation, false, never);
      deploys.runs.at(-1)?.attempts.splice(0, 1, SUCCESS);
      await deployer.observe(operation, handle, never);
      await deployer.observe(operation, handle, never);
    }
    expect([0, 1, 2].map(stateOf)).toEqual([
      ["queued", "in_progress", "success", "inactive"],
      ["queued", "in_progress", "success", "inactive"],
      ["queued", "in_progress", "success"],
    ]);
  });

  it("and is left to GitHub to retire where it does so itself", async () => {
    const { deployer, input, deploys, feed, posts } = await setUp();
    for (const key of ["deploy:a:staging:1", "deploy:b:staging:2"]) {
      const operation = { ...input, key, environment: "staging" };
      const { handle } = await deployer.start(operation, false, never);
      deploys.runs.at(-1)?.attempts.splice(0, 1, SUCCESS);
      await deployer.observe(operation, handle, never);
    }
    expect(feed.deployments[0]?.statuses.at(-1)?.state).toBe("inactive");
    expect(posts().filter((call) => call === STATUS)).toHaveLength(3);
  });

  it("as failure, and what runs in production stays active", async () => {
    const { deployer, input, deploys, stateOf } = await setUp();
    const first = await deployer.start(input, false, never);
    deploys.runs[0]?.attempts.splice(0, 1, SUCCESS);
    await deployer.observe(input, first.handle, never);
    const next = { ...input, key: "deploy:b:production:2" };
    const second = await deployer.start(next, false, never);
    deploys.runs[1]?.attempts.splice(0, 1, { status: "completed", conclusion: "failure" });
    expect(await deployer.observe(next, second.handle, never)).toEqual({
      kind: "failed",
      why: "deploy.yml failed",
    });
    expect([stateOf(0), stateOf(1)]).toEqual([
      ["queued", "in_progress", "success"],
      ["queued", "in_progress", "failure"],
    ]);
  });

  it("or in the log, when GitHub does not take it: the deployment is what counts", async () => {
    const { deployer, input, deploys, fake, logs } = await setUp();
    const { handle } = await deployer.start(input, false, never);
    deploys.runs[0]?.attempts.splice(0, 1, SUCCESS);
    fake.troubleNext(/POST .*\/statuses/, { status: 403, body: { message: "Forbidden" } });
    fake.troubleNext(/GET .*\/deployments$/, { status: 500, body: { message: "Server Error" } });
    expect(await deployer.observe(input, handle, never)).toEqual({
      kind: "succeeded",
      detail: null,
    });
    expect(logs.lines()).toMatchObject([
      {
        level: "warn",
        msg: "a deployment status could not be shown on GitHub",
        deployer: "actions",
        error:
          "cannot update deployment 9000 of acme/feed: GitHub answered 403: Forbidden; the token or the App lacks a permission for it",
      },
      { level: "warn", msg: "an earlier deployment could not be retired on GitHub" },
    ]);
  });
});

describe("observe", () => {
  it("judges the attempt that was begun, not a re-run by hand", async () => {
    const { deployer, input, deploys } = await setUp();
    const { handle } = await deployer.start(input, false, never);
    deploys.runs[0]?.attempts.splice(
      0,
      1,
      { status: "completed", conclusion: "failure" },
      { status: "completed", conclusion: "success" },
    );
    expect(await deployer.observe(input, handle, never)).toMatchObject({ kind: "failed" });
  });

  it("of a run that was deleted is unknown", async () => {
    const { deployer, input, deploys } = await setUp();
    const { handle } = await deployer.start(input, false, never);
    deploys.runs.splice(0);
    expect(await deployer.observe(input, handle, never)).toEqual({
      kind: "unknown",
      why: "GitHub no longer knows run 300000",
    });
  });

  it("of a run that GitHub did not name waits until a list shows it", async () => {
    const { deployer, input, fake, deploys } = await setUp();
    fake.answerDispatches("nothing");
    fake.listRuns(false);
    const { handle } = await deployer.start(input, false, never);
    expect(await deployer.observe(input, handle, never)).toEqual({
      kind: "unknown",
      why: `GitHub shows no run of deploy.yml that names ${input.key}: put \${{ inputs.key }} into its run-name`,
    });
    for (const run of deploys.runs) run.listed = true;
    expect(await deployer.observe(input, handle, never)).toEqual({
      kind: "running",
      detail: "deploy.yml queued at GitHub",
    });
  });

  it("refuses a handle that it did not make", async () => {
    const { deployer, input } = await setUp();
    for (const handle of ["", "300000", '{"run":"1"}']) {
      expect(await failureOf(deployer.observe(input, handle, never))).toMatchObject({
        message: "the handle was not made by a github-actions deployer",
        retryable: false,
      });
    }
  });
});

describe("stop", () => {
  it("of a run that GitHub does not show yet is tried again", async () => {
    const { deployer, input, fake } = await setUp();
    fake.answerDispatches("nothing");
    fake.listRuns(false);
    const { handle } = await deployer.start(input, false, never);
    expect(await failureOf(deployer.stop(input, handle, never))).toMatchObject({ retryable: true });
  });
});
