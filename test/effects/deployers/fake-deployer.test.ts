import { AdapterError } from "../../../src/shared/errors.ts";
import { describeDeployer } from "../../contracts/deployer-contract.ts";
import { createFakeDeployer } from "../../support/fake-deployer.ts";
import { operationInput } from "../../support/operation-input.ts";

const LOST = new AdapterError("the connection was cut", { retryable: true, uncertain: true });

describeDeployer("the fake that other tests use", async () => {
  const deployer = createFakeDeployer();
  return {
    deployer,
    input: operationInput(),
    secret: "s3cret-token",
    begun: deployer.begun,
    stopped: () => deployer.stops().length,
    loseNextAnswer: () => deployer.failAfterNextStart(LOST),
    failAfterNextStart: () => deployer.failAfterNextStart(LOST),
    end: async (how) => {
      if (how === "succeeded") deployer.answer({ kind: "succeeded", detail: null });
      else if (how === "failed") deployer.answer({ kind: "failed", why: "no space left" });
      else deployer.answer({ kind: "unknown", why: "it does not say" });
    },
    goSilent: deployer.goSilent,
    asked: deployer.asked,
    passTimeout: async () => deployer.expire(),
    close: async () => {},
  };
});
