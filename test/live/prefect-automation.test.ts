import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { freePort } from "../support/free-port.ts";
import { sourceSettings } from "../support/source-settings.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startServer } from "./support/background-server.ts";
import { pythonEnvironment } from "./support/python-environment.ts";
import { startReleasingIntake } from "./support/releasing-intake.ts";

const run = promisify(execFile);
const EXAMPLES = join(import.meta.dirname, "../../examples/senders/prefect");
const TOKEN = "a-token-of-the-prefect-source";
const environment = pythonEnvironment("prefect");

describe("a real automation of Prefect", () => {
  it.skipIf(environment === null)(
    "calls the webhook when a run ends, which makes a release",
    async () => {
      if (environment === null) return;
      const folder = temporaryFolder();
      const port = await freePort();
      const base = {
        ...process.env,
        HOME: folder,
        PREFECT_HOME: folder,
        PREFECT_SERVER_ANALYTICS_ENABLED: "false",
        DO_NOT_TRACK: "1",
      };
      const address = `http://127.0.0.1:${port}/api`;
      await startServer({
        program: environment.program("prefect"),
        argv: ["server", "start", "--host", "127.0.0.1", "--port", String(port)],
        cwd: folder,
        env: base,
        health: `${address}/health`,
      });
      const intake = await startReleasingIntake({
        source: sourceSettings({ id: "prefect", type: "prefect", tokens: [TOKEN] }),
        rule: { workflow: "fraud-training", package: "fraud-detector" },
      });
      const env = {
        ...base,
        PREFECT_API_URL: address,
        SLIPWAY_URL: `${intake.url}/hooks/prefect`,
        SLIPWAY_TOKEN: TOKEN,
      };
      const python = (file: string) =>
        run(environment.program("python"), [join(EXAMPLES, file)], { cwd: folder, env });
      await python("automation.py");
      await python("fraud_training.py");
      expect((await intake.release()).build).toMatchObject({
        version: "17",
        outcome: "success",
        source: "prefect",
        run: { attempt: 1, url: null },
        commit: {
          repository: "acme/fraud-training",
          sha: "3484a3fb816e0859fd6e1cea078d76385ff50625",
        },
        metrics: { auc: 0.9671 },
        datasets: [{ name: "transactions/features", version: "snap-8421" }],
      });
      expect(await intake.releases()).toHaveLength(1);
    },
    400_000,
  );
});
