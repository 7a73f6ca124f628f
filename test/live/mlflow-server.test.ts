import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
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
const EXAMPLES = join(import.meta.dirname, "../../examples/senders/mlflow");
const SECRET = "a secret of the webhook in MLflow";
const environment = pythonEnvironment("mlflow");

describe("a real MLflow server", () => {
  it.skipIf(environment === null)(
    "tells of a model version, whose run is looked up",
    async () => {
      if (environment === null) return;
      const folder = temporaryFolder();
      const port = await freePort();
      const tracking = `http://127.0.0.1:${port}`;
      await startServer({
        program: environment.program("mlflow"),
        argv: [
          ...["server", "--host", "127.0.0.1", "--port", String(port), "--workers", "1"],
          ...[
            "--backend-store-uri",
            "sqlite:///mlflow.db",
            "--default-artifact-root",
            "./artifacts",
          ],
        ],
        cwd: folder,
        env: {
          ...process.env,
          MLFLOW_DISABLE_TELEMETRY: "true",
          MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false",
          MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY: randomBytes(32)
            .toString("base64")
            .replaceAll("+", "-")
            .replaceAll("/", "_"),
          // It sends to https and public addresses only, and remembers for a minute which webhooks there are.
          MLFLOW_WEBHOOK_ALLOWED_SCHEMES: "http,https",
          MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS: "true",
          MLFLOW_WEBHOOK_CACHE_TTL: "1",
        },
        health: `${tracking}/health`,
      });
      const intake = await startReleasingIntake({
        source: sourceSettings({
          id: "mlflow",
          type: "mlflow",
          secrets: [SECRET],
          api: { url: tracking, token: null },
        }),
        rule: { package: "fraud-detector" },
      });
      const env = {
        ...process.env,
        MLFLOW_DISABLE_TELEMETRY: "true",
        MLFLOW_TRACKING_URI: tracking,
        SLIPWAY_URL: `${intake.url}/hooks/mlflow`,
        MLFLOW_WEBHOOK_SECRET: SECRET,
      };
      const python = (file: string) =>
        run(environment.program("python"), [join(EXAMPLES, file)], { cwd: folder, env });

      const { stdout: tested } = await python("create_webhook.py");
      expect(tested).toContain("200");
      expect(tested).toContain("the test of the webhook works");
      expect(await intake.releases()).toEqual([]);

      const { stdout: registered } = await python("register_model.py");
      const [id = ""] = registered.trim().split(" ").slice(-1);
      const { build } = await intake.release();
      expect(build).toMatchObject({
        version: "1",
        outcome: "success",
        source: "mlflow",
        run: {
          id,
          url: expect.stringMatching(new RegExp(`^${tracking}/#/experiments/.+/runs/${id}$`)),
        },
        artifact: { uri: "models:/fraud-detector/1", digest: null },
        commit: {
          repository: "acme/fraud-training",
          sha: "3484a3fb816e0859fd6e1cea078d76385ff50625",
        },
        metrics: { auc: 0.86 },
        datasets: [
          { name: "transactions/features", version: "8421", digest: "5f3a9c1e", rows: 48211934 },
        ],
      });
      expect(build.gaps?.filter(({ blocks }) => blocks) ?? []).toEqual([]);
    },
    400_000,
  );
});
