import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { inc, rcompare } from "semver";
import { z } from "zod";
import type { ArtifactStore } from "./artifacts/artifact-store.ts";
import { createBuildHistory } from "./ci/build-history.ts";
import { buildService, SERVICE_SOURCES } from "./ci/build-service.ts";
import { nextSnapshotDate, provideSnapshot } from "./ci/next-snapshot.ts";
import { type ReportedBuild, reportArguments } from "./ci/report-arguments.ts";
import type { Build } from "./ci/sample-build.ts";
import { trainModel } from "./ci/train-model.ts";

/** The country whose labels are shuffled in a corrupted snapshot: large enough to be seen. */
const CORRUPTED_COUNTRY = "BR";

export interface SampleCiOptions {
  /** Builds, logs and new snapshots go here, and are found again after a restart. */
  readonly folder: string;
  readonly artifacts: ArtifactStore;
  /** `slipway report` with these options, e.g. `["--component", "svc-feed", …]`; gives its exit code. */
  readonly report: (argv: readonly string[]) => Promise<number>;
  /** Who presses a button now, by e-mail address: the author of what comes of it. Null: nobody. */
  readonly author: () => string | null;
}

export interface FinishedBuild {
  readonly component: string;
  readonly version: string;
  readonly outcome: Build["outcome"];
  /** One sentence for people. */
  readonly summary: string;
  /** Whether `slipway report` was answered that the build is accepted. */
  readonly reported: boolean;
}

/**
 * The buttons of the sample CI. Each runs a real job as a process of its own, publishes what it made, and
 * reports it, whatever the outcome. One job runs at a time; the others wait.
 */
export interface SampleCi {
  /** Trains on the snapshot after the last one that was trained on as it is. */
  retrain(): Promise<FinishedBuild>;
  /** Trains on that same snapshot with the labels of one country shuffled. */
  retrainOnCorruptedData(): Promise<FinishedBuild>;
  /** Tests and builds svc-feed: 2.3.0 first, then the next patch version. */
  buildService(): Promise<FinishedBuild>;
  /** The same of sources in which somebody made a slip that a test finds. */
  buildBrokenService(): Promise<FinishedBuild>;
  /** Ends the job that runs; nothing is built or reported any more. Jobs that had not ended reject. */
  close(): Promise<void>;
}

export function createSampleCi({ folder, artifacts, report, author }: SampleCiOptions): SampleCi {
  const models = createBuildHistory(join(folder, "builds", "model-pymk"));
  const services = createBuildHistory(join(folder, "builds", "svc-feed"));
  const closed = new AbortController();
  const { signal } = closed;
  let last: Promise<unknown> = Promise.resolve();

  function afterTheOthers<T>(job: () => Promise<T>): Promise<T> {
    const result = last.then(() => {
      mustBeOpen();
      return job();
    });
    last = result.catch(() => undefined);
    return result;
  }

  function mustBeOpen(): void {
    if (signal.aborted) throw new Error("the sample CI was closed");
  }

  async function train(corrupt: string | null, startedBy: string | null): Promise<FinishedBuild> {
    const builds = await models.all();
    const used = builds.flatMap(({ snapshot }) => (snapshot === null ? [] : [snapshot]));
    const snapshot = nextSnapshotDate(used.toSorted().at(-1) ?? null);
    const prefix = `${snapshot.replaceAll("-", ".")}-`;
    const before = (await models.begun()).filter((begun) => begun.startsWith(prefix));
    const version = `${prefix}${before.length + 1}`;
    const data = await provideSnapshot(snapshot, join(folder, "data"));
    const request = {
      version,
      folder: models.folderOf(version),
      artifacts,
      snapshot,
      data,
      corrupt,
      signal,
    };
    await mkdir(request.folder, { recursive: true });
    const build = await trainModel(request);
    const learned = corrupt === null && build.outcome === "success" ? snapshot : null;
    await models.add({ version, outcome: build.outcome, snapshot: learned });
    return finish({ ...build, component: "model-pymk", version, author: startedBy });
  }

  async function build(broken: boolean, startedBy: string | null): Promise<FinishedBuild> {
    const version = await nextServiceVersion();
    const request = { version, folder: services.folderOf(version), artifacts, broken, signal };
    const built = await buildService(request);
    await services.add({ version, outcome: built.outcome, snapshot: null });
    return finish({ ...built, component: "svc-feed", version, author: startedBy });
  }

  async function nextServiceVersion(): Promise<string> {
    const [newest] = (await services.begun()).toSorted(rcompare);
    if (newest === undefined) return packageVersion();
    return inc(newest, "patch") ?? newest;
  }

  async function finish(build: ReportedBuild): Promise<FinishedBuild> {
    mustBeOpen();
    const code = await report(reportArguments(build));
    const { component, version, outcome, summary } = build;
    return { component, version, outcome, summary, reported: code === 0 };
  }

  /** Who pressed the button is asked now, not when the job's turn comes. */
  function pressed(job: (startedBy: string | null) => Promise<FinishedBuild>) {
    const startedBy = author();
    return afterTheOthers(() => job(startedBy));
  }

  return {
    retrain: () => pressed((by) => train(null, by)),
    retrainOnCorruptedData: () => pressed((by) => train(CORRUPTED_COUNTRY, by)),
    buildService: () => pressed((by) => build(false, by)),
    buildBrokenService: () => pressed((by) => build(true, by)),
    close: async () => {
      closed.abort();
      await last;
    },
  };
}

async function packageVersion(): Promise<string> {
  const text = await readFile(join(SERVICE_SOURCES, "package.json"), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
