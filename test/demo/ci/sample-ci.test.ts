import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createArtifactStore } from "../../../src/demo/artifacts/artifact-store.ts";
import { trainModel } from "../../../src/demo/ci/train-model.ts";
import { createSampleCi } from "../../../src/demo/sample-ci.ts";
import { parseModel } from "../../../src/demo/training/model-file.ts";
import { appeared } from "../../support/appeared.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A sample CI whose reports are kept instead of sent. */
function sampleCi({ folder = temporaryFolder(), exitCode = 0 } = {}) {
  const reports: Report[] = [];
  const artifacts = createArtifactStore(folder);
  const ci = createSampleCi({
    folder,
    artifacts,
    author: () => "dana@acme.test",
    report: async (argv) => {
      reports.push(new Report(argv));
      return exitCode;
    },
  });
  return { ci, reports, artifacts, folder };
}

class Report {
  readonly argv: readonly string[];
  constructor(argv: readonly string[]) {
    this.argv = argv;
  }
  option(name: string): string {
    return this.argv[this.argv.indexOf(`--${name}`) + 1] ?? "";
  }
  async file(name: string): Promise<string> {
    return readFile(this.option(name), "utf8");
  }
}

/** Each test starts several real processes, on a machine that may be busy. */
describe("the sample CI", { timeout: 120_000 }, () => {
  it("retrains on one snapshot after the other; a corrupted one is used again when it is repaired", async () => {
    const { ci, reports, artifacts } = sampleCi();
    const first = await ci.retrain();
    const corrupted = await ci.retrainOnCorruptedData();
    const repaired = await ci.retrain();
    expect([first, corrupted, repaired]).toMatchObject([
      { component: "model-pymk", version: "2026.11.01-1", outcome: "success", reported: true },
      { component: "model-pymk", version: "2026.11.06-1", outcome: "success", reported: true },
      { component: "model-pymk", version: "2026.11.06-2", outcome: "success", reported: true },
    ]);
    expect(reports.map((report) => report.option("dataset"))).toEqual([
      "hive.pymk_edges=2026-11-01",
      "hive.pymk_edges=2026-11-06",
      "hive.pymk_edges=2026-11-06",
    ]);
    const aucs: number[] = [];
    for (const report of reports) aucs.push(JSON.parse(await report.file("metrics")).metrics.auc);
    expect(aucs.map((auc) => auc >= 0.8)).toEqual([true, false, true]);
    const [uri = "", digest = ""] = reports[2]?.option("artifact").split("@") ?? [];
    expect(parseModel(await artifacts.get({ uri, digest })).features).toContain("bias");
  });

  it("builds the service when its tests pass, and reports the failure when one does not", async () => {
    const { ci, reports } = sampleCi();
    expect(await ci.buildService()).toMatchObject({ version: "2.3.0", outcome: "success" });
    expect(await ci.buildBrokenService()).toMatchObject({ version: "2.3.1", outcome: "failure" });
    const [good, bad] = reports;
    expect(good?.argv).toContain("--artifact");
    expect(good?.option("outcome")).toBe("success");
    expect([good?.option("author"), good?.option("trigger")]).toEqual(["dana@acme.test", "code"]);
    expect(await good?.file("junit")).not.toContain("<failure");
    expect(JSON.parse((await good?.file("metrics")) ?? "").metrics.line_coverage).toBeGreaterThan(
      0.9,
    );
    expect(bad?.argv).not.toContain("--artifact");
    expect(bad?.option("outcome")).toBe("failure");
    expect(await bad?.file("junit")).toMatch(
      /<testcase name="shows the authors first [^>]*failure=/,
    );
  });

  it("goes on where it was after a restart, and never uses a version twice", async () => {
    const { ci, folder } = sampleCi();
    const before = await Promise.all([ci.retrain(), ci.retrainOnCorruptedData()]);
    const after = await sampleCi({ folder }).ci.retrain();
    expect([...before, after].map(({ version }) => version)).toEqual([
      "2026.11.01-1",
      "2026.11.06-1",
      "2026.11.06-2",
    ]);
  });

  it("says when the report was refused", async () => {
    const { ci } = sampleCi({ exitCode: 1 });
    expect(await ci.retrain()).toMatchObject({ outcome: "success", reported: false });
  });

  it("reports an error, without evidence, when the job itself cannot do its work", async () => {
    const folder = temporaryFolder();
    const build = await trainModel({
      ...{ version: "1", folder, artifacts: createArtifactStore(folder) },
      ...{ snapshot: "2026-11-21", data: join(folder, "nothing"), corrupt: null },
      signal: new AbortController().signal,
    });
    expect(build).toEqual({
      outcome: "error",
      trigger: "data",
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      files: [],
      datasets: [],
      artifact: null,
      summary: expect.stringContaining("no snapshot of 2026-11-21"),
    });
    expect(await readFile(join(folder, "log.txt"), "utf8")).toContain("no snapshot of 2026-11-21");
  });

  it("closed, ends the job that runs, and neither builds nor reports any more", async () => {
    const { ci, reports, folder } = sampleCi();
    const jobs = [ci.retrain(), ci.buildService()].map((job) => job.catch(String));
    await mkdir(join(folder, "builds"), { recursive: true });
    await appeared(join(folder, "builds"), "model-pymk");
    await ci.close();
    expect(await Promise.all([...jobs, ci.retrain().catch(String)])).toEqual(
      Array(3).fill("Error: the sample CI was closed"),
    );
    expect(reports).toEqual([]);
  });
});
