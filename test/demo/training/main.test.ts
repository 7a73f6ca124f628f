import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseModel } from "../../../src/demo/training/model-file.ts";

const MAIN = resolve(import.meta.dirname, "../../../src/demo/training/main.ts");
const run = promisify(execFile);
let out: string;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), "slipway-training-"));
});
afterAll(async () => {
  await rm(out, { recursive: true });
});

async function readJson(name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(out, name), "utf8"));
}

describe("the training job as a program", { timeout: 120_000 }, () => {
  it("writes the model, its metrics and its lineage", async () => {
    const { stdout } = await run(process.execPath, [
      MAIN,
      "--snapshot",
      "2026-11-21",
      "--out",
      out,
    ]);
    expect(stdout).toMatch(/^fitted 2955 pairs of 2026-11-21 in \d+ iterations: AUC 0\.8/);
    expect(parseModel(await readFile(join(out, "model.json"), "utf8")).features).toContain("bias");
    expect(await readJson("metrics.json")).toEqual({
      metrics: expect.objectContaining({ auc: expect.any(Number), holdout_rows: 913 }),
      slices: expect.objectContaining({ "country=BR": { auc: expect.any(Number), rows: 264 } }),
    });
    expect(await readJson("datasets.json")).toEqual([
      {
        name: "hive.pymk_edges",
        version: "2026-11-21",
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        rows: 2955,
      },
    ]);
  });

  it("takes several snapshots, counting a pair that is in both once", async () => {
    const { stdout } = await run(process.execPath, [
      ...[MAIN, "--snapshot", "2026-11-16", "--snapshot", "2026-11-21", "--out", out],
    ]);
    expect(stdout).toMatch(/^fitted 3426 pairs of 2026-11-16\+2026-11-21 /);
  });

  const refused: readonly (readonly [string, readonly string[], string])[] = [
    ["no snapshot is named", ["--out", "x"], "usage: main.ts --snapshot"],
    [
      "the day has no snapshot",
      ["--snapshot", "2026-12-24", "--out", "x"],
      "no snapshot of 2026-12-24",
    ],
    [
      "the country to corrupt is not in the data",
      ["--snapshot", "2026-11-21", "--out", "x", "--corrupt", "FR"],
      'no pair is of the country "FR"',
    ],
  ];
  for (const [name, argv, problem] of refused) {
    it(`exits 1 with one clear message when ${name}`, async () => {
      await expect(run(process.execPath, [MAIN, ...argv])).rejects.toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringContaining(problem),
      });
    });
  }
});
