import { execFile, execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/shared/clock.ts";
import { startIntake } from "../support/intake-server.ts";
import { REPORT_SECRET } from "../support/signed-request.ts";

const run = promisify(execFile);
const PAGE = join(import.meta.dirname, "../../docs/sources/report.md");

function hasPython(): boolean {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const found = hasPython();
process.stdout.write(`python3: ${found ? "found" : "not found"}\n`);

describe("the Python program of docs/sources/report.md", () => {
  it.skipIf(!found && process.env.SLIPWAY_LIVE !== "all")(
    "sends a report which is recorded",
    async () => {
      const [, program = ""] = /^```python\n(.*?)^```$/ms.exec(await readFile(PAGE, "utf8")) ?? [];
      const intake = await startIntake({ hooks: { clock: systemClock } });
      const { stdout } = await run("python3", ["-c", program], {
        env: {
          ...process.env,
          SLIPWAY_URL: `${intake.url}/hooks/ci`,
          SLIPWAY_REPORT_SECRET: REPORT_SECRET,
        },
      });
      expect(JSON.parse(stdout)).toMatchObject({
        outcome: "accepted",
        releases: ["model-pymk@2026.11.22-3"],
      });
    },
  );
});
