import { createGitHubActionsDeployer } from "../../../src/effects/deployers/github/github-actions-deployer.ts";
import { createGitHub } from "../../../src/effects/github/github-client.ts";
import { type DeployerHarness, describeDeployer } from "../../contracts/deployer-contract.ts";
import { captureLogs } from "../../support/captured-logger.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import type { DispatchAnswer } from "../../support/fake-github/action-routes.ts";
import { addCommit } from "../../support/fake-github/repository.ts";
import { startFakeGitHub } from "../../support/fake-github.ts";
import {
  deployWorkflow,
  GITHUB_TOKEN,
  gitHubActionsSettings,
} from "../../support/github-actions-settings.ts";
import { operationInput } from "../../support/operation-input.ts";

async function open(dispatchAnswer: DispatchAnswer): Promise<DeployerHarness> {
  const clock = createFakeClock();
  const { logger } = captureLogs();
  const fake = await startFakeGitHub({ now: clock.now, token: GITHUB_TOKEN });
  fake.answerDispatches(dispatchAnswer);
  const { runs } = deployWorkflow(fake);
  const commit = addCommit(fake.repository("acme/feed"), "Cache the edges");
  const github = createGitHub({
    credentials: { kind: "token", token: GITHUB_TOKEN },
    apiUrl: fake.url,
    clock,
    logger,
    throttle: false,
  });
  const ends = { succeeded: "success", failed: "failure", unclear: null };
  return {
    deployer: createGitHubActionsDeployer(gitHubActionsSettings(), {
      clock,
      logger,
      github,
      releaseUrl: async () => null,
    }),
    input: operationInput({ commit, startedAt: clock.now() }),
    secret: GITHUB_TOKEN,
    begun: () => runs.length,
    stopped: () => runs.filter(({ cancelled }) => cancelled).length,
    loseNextAnswer: () => fake.troubleNext(/dispatches/, "lost"),
    failAfterNextStart: () => fake.troubleNext(/dispatches/, "error"),
    end: async (how) => {
      for (const run of runs)
        run.attempts.splice(-1, 1, { status: "completed", conclusion: ends[how] });
    },
    goSilent: fake.goSilent,
    asked: fake.asked,
    passTimeout: () => clock.advance(30_000),
    close: fake.close,
  };
}

describeDeployer("github-actions", () => open("details"));
describeDeployer("github-actions on a server that names no run", () => open("unknown member"));
