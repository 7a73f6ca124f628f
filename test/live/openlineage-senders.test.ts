import { execFile } from "node:child_process";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { sourceSettings } from "../support/source-settings.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { pythonEnvironment } from "./support/python-environment.ts";
import { startReleasingIntake } from "./support/releasing-intake.ts";

const run = promisify(execFile);
const TOKEN = "a-token-of-the-lineage-source";
const DAG = join(import.meta.dirname, "support/python/fraud_training.py");
const TRAIN = join(import.meta.dirname, "../../examples/senders/openlineage/train.py");
const environment = pythonEnvironment("airflow");

function startIntake() {
  return startReleasingIntake({
    source: sourceSettings({ id: "lineage", type: "openlineage", tokens: [TOKEN] }),
    rule: { workflow: "fraud_training" },
  });
}

describe("a real DAG of Airflow with the OpenLineage provider", () => {
  it.skipIf(environment === null)(
    "is put together from its tasks' events into one release",
    async () => {
      if (environment === null) return;
      const home = temporaryFolder();
      await mkdir(join(home, "dags"));
      await cp(DAG, join(home, "dags/fraud_training.py"));
      const intake = await startIntake();
      const transport = {
        type: "http",
        url: intake.url,
        endpoint: "hooks/lineage",
        auth: { type: "api_key", apiKey: TOKEN },
        compression: "gzip",
      };
      const env = {
        ...process.env,
        AIRFLOW_HOME: home,
        AIRFLOW__CORE__LOAD_EXAMPLES: "False",
        AIRFLOW__OPENLINEAGE__TRANSPORT: JSON.stringify(transport),
      };
      const airflow = (...argv: readonly string[]) =>
        run(environment.program("airflow"), argv, { cwd: home, env, maxBuffer: 64 * 1024 * 1024 });

      await airflow("db", "migrate");
      await airflow("dags", "test", "fraud_training");
      const release = await intake.release();
      expect(release.build).toMatchObject({
        version: release.build.run?.id,
        outcome: "success",
        source: "lineage",
        trigger: "manual",
        datasets: [{ name: "file/data/transactions.csv", version: "" }],
      });
      expect(await intake.releases()).toHaveLength(1);
    },
    400_000,
  );
});

describe("a program with the client of OpenLineage", () => {
  it.skipIf(environment === null)("tells its lineage and its metrics", async () => {
    if (environment === null) return;
    const intake = await startIntake();
    const { stdout } = await run(environment.program("python"), [TRAIN], {
      env: {
        ...process.env,
        OPENLINEAGE_URL: intake.url,
        OPENLINEAGE_ENDPOINT: "hooks/lineage",
        OPENLINEAGE_API_KEY: TOKEN,
      },
    });
    expect((await intake.release()).build).toMatchObject({
      version: "17",
      outcome: "success",
      run: { id: stdout.trim() },
      artifact: { uri: "models:/fraud-detector/17" },
      commit: {
        repository: "acme/fraud-training",
        sha: "3484a3fb816e0859fd6e1cea078d76385ff50625",
        branch: "main",
      },
      metrics: { auc: 0.9671 },
      slices: { "country=BR": { auc: 0.91 } },
      checks: [{ name: "s3://feature-store/transactions/features: not_null (user_id)" }],
      datasets: [
        {
          name: "s3://feature-store/transactions/features",
          version: "snap-8421",
          rows: 48211934,
          schema: expect.stringMatching(/^[0-9a-f]{32}$/),
        },
      ],
    });
  });
});
