import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCommandDeployer } from "../../../src/effects/deployers/command/command-deployer.ts";
import { type DeployerHarness, describeDeployer } from "../../contracts/deployer-contract.ts";
import { appeared } from "../../support/appeared.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { operationInput } from "../../support/operation-input.ts";
import { template } from "../../support/text-template.ts";

const TOOL = join(import.meta.dirname, "../../fixtures/deploy-tool.sh");
const SECRET = "s3cret-deploy-token";

function open(): DeployerHarness {
  const folder = mkdtempSync(join(tmpdir(), "deploy-tool-"));
  const operations = join(folder, "operations");
  mkdirSync(operations);
  const clock = createFakeClock();
  const line = (verb: string, id: string) => [TOOL, verb, folder, id].map(template);
  const put = (name: string) => writeFileSync(join(folder, name), "");
  const ends = { succeeded: "done", failed: "failed no space left", unclear: "unclear" };

  return {
    deployer: createCommandDeployer(
      {
        name: "tool",
        every: 2_000,
        timeout: 1_800_000,
        start: line("start", "{{key}}"),
        observe: line("observe", "{{id}}"),
        rollback: null,
        stop: line("stop", "{{id}}"),
        env: { DEPLOY_TOKEN: template(SECRET) },
        workingFolder: null,
      },
      { clock, environment: process.env, releaseUrl: async () => null },
    ),
    input: operationInput(),
    secret: SECRET,
    begun: () => readdirSync(operations).length,
    stopped: () => (existsSync(join(folder, "stopped")) ? 1 : 0),
    loseNextAnswer: () => put("lose"),
    failAfterNextStart: () => put("fail"),
    end: async (how) => {
      for (const name of readdirSync(operations))
        writeFileSync(join(operations, name), `${ends[how]}\n`);
    },
    goSilent: () => put("silent"),
    asked: async () => void (await appeared(folder, "asked")),
    passTimeout: () => clock.advance(60_000),
    close: async () => rmSync(folder, { recursive: true }),
  };
}

describeDeployer("command", async () => open());
