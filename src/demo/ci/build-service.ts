import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ArtifactStore } from "../artifacts/artifact-store.ts";
import { packBundle } from "../artifacts/service-bundle.ts";
import { lineCoverage } from "./line-coverage.ts";
import { runJob } from "./run-job.ts";
import type { Build, BuildFile } from "./sample-build.ts";
import { commitOfSources } from "./source-commit.ts";

export const SERVICE_SOURCES = resolve(import.meta.dirname, "../service");
const BUNDLED = ["feed-server.ts", "feed-sources.ts", "main.ts", "package.json", "rank-feed.ts"];

/** The slip that a broken build contains: the feed is turned upside down, and a test notices. */
const SLIP = {
  file: "rank-feed.ts",
  right: "right.score - left.score",
  wrong: "left.score - right.score",
};

export interface ServiceBuildRequest {
  readonly version: string;
  readonly folder: string;
  readonly artifacts: ArtifactStore;
  /** With the slip in its sources. */
  readonly broken: boolean;
  /** Ends the job when it fires. */
  readonly signal: AbortSignal;
}

/** Copies the sources of the service, runs its own tests, and publishes it when they pass. */
export async function buildService(request: ServiceBuildRequest): Promise<Build> {
  const { version, folder, artifacts, broken, signal } = request;
  const sources = join(folder, "src");
  await mkdir(sources, { recursive: true });
  await cp(SERVICE_SOURCES, sources, { recursive: true });
  await setVersion(join(sources, "package.json"), version);
  if (broken) await makeSlip(sources);
  const { passed, files, summary } = await runTests(sources, folder, signal);
  // The slip is in nobody's repository.
  const commit = broken ? null : await commitOfSources(SERVICE_SOURCES);
  const nothing = { trigger: "code", commit, datasets: [], artifact: null } as const;
  if (files === null) return { ...nothing, outcome: "error", files: [], summary };
  if (!passed) {
    return { ...nothing, outcome: "failure", files, summary: "the tests of svc-feed failed" };
  }
  const artifact = await artifacts.put(
    { component: "svc-feed", version, file: "bundle.json" },
    await packBundle(sources, BUNDLED),
  );
  const published = `the tests of svc-feed passed; published ${artifact.uri}`;
  return { ...nothing, outcome: "success", files, artifact, summary: published };
}

interface TestRun {
  readonly passed: boolean;
  /** Null when the run was cut off: then nothing is known of the tests. */
  readonly files: readonly BuildFile[] | null;
  readonly summary: string;
}

async function runTests(sources: string, folder: string, signal: AbortSignal): Promise<TestRun> {
  const junit = join(folder, "junit.xml");
  const lcov = join(folder, "lcov.info");
  const { succeeded, summary } = await runJob({
    argv: [
      ...["--test", "--experimental-test-coverage"],
      ...["--test-reporter=junit", `--test-reporter-destination=${junit}`],
      ...["--test-reporter=lcov", `--test-reporter-destination=${lcov}`],
      "test/*-test.ts",
    ],
    cwd: sources,
    folder,
    signal,
  });
  const results = await readFile(junit, "utf8").catch(() => "");
  if (!results.includes("</testsuites>")) return { passed: false, files: null, summary };
  const files: BuildFile[] = [{ kind: "junit", path: junit }];
  const coverage = lineCoverage(await readFile(lcov, "utf8").catch(() => ""));
  if (coverage !== null) {
    const path = join(folder, "metrics.json");
    const metrics = { line_coverage: Math.round(coverage * 1e4) / 1e4 };
    await writeFile(path, `${JSON.stringify({ metrics }, null, 2)}\n`);
    files.push({ kind: "metrics", path });
  }
  return { passed: succeeded, files, summary };
}

async function setVersion(path: string, version: string): Promise<void> {
  const description: object = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, `${JSON.stringify({ ...description, version }, null, 2)}\n`);
}

/** @throws Error when the sources have changed so that the slip cannot be made: then nothing would break */
async function makeSlip(sources: string): Promise<void> {
  const path = join(sources, SLIP.file);
  const parts = (await readFile(path, "utf8")).split(SLIP.right);
  if (parts.length !== 2) {
    throw new Error(`${SLIP.file} does not hold "${SLIP.right}" exactly once`);
  }
  await writeFile(path, parts.join(SLIP.wrong));
}
