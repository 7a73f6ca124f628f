import { createHttpDeployer } from "../../../src/effects/deployers/http/http-deployer.ts";
import type { HttpDeployerSettings } from "../../../src/effects/deployers/http/http-deployer-settings.ts";
import { type DeployerHarness, describeDeployer } from "../../contracts/deployer-contract.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { startHttpDeploySystem } from "../../support/http-deploy-system.ts";
import { DEPLOY_TOKEN, httpDeployerSettings } from "../../support/http-deployer-settings.ts";
import { operationInput } from "../../support/operation-input.ts";

async function open(overrides: Partial<HttpDeployerSettings>): Promise<DeployerHarness> {
  const system = await startHttpDeploySystem();
  const clock = createFakeClock();
  const releaseUrl = async () => null;
  const settings = httpDeployerSettings(system.server.url, overrides);
  return {
    deployer: createHttpDeployer(settings, { clock, releaseUrl }),
    input: operationInput(),
    secret: DEPLOY_TOKEN,
    begun: system.begun,
    stopped: system.stopped,
    loseNextAnswer: system.loseNextAnswer,
    failAfterNextStart: system.failAfterNextStart,
    end: async (how) => {
      if (how === "succeeded") system.setAll("done");
      else if (how === "failed") system.setAll("failed", "no space left");
      else system.setAll(undefined);
    },
    goSilent: system.goSilent,
    asked: system.asked,
    passTimeout: () => clock.advance(30_000),
    close: () => system.server.close(),
  };
}

describeDeployer("http with a look-up", () => open({}));
describeDeployer("http with an idempotency key", () => open({ lookup: null }));
