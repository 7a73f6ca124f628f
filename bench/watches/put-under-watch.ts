import type { Build } from "../../src/core/build.ts";
import type { Command } from "../../src/core/command.ts";
import type { NewJob } from "../../src/core/job.ts";
import type { Instant } from "../../src/core/json.ts";
import type { Policy } from "../../src/core/policy.ts";
import { createDispatcher } from "../../src/dispatcher.ts";
import type { Commit, Ledger } from "../../src/ledger/ledger.ts";
import { systemClock } from "../../src/shared/clock.ts";

const HOUR = 3_600_000;

/**
 * Takes a release of each component through its watch, and a second one into it, by the commands that would
 * do so in earnest. Of the jobs that this causes only the ticks of the watches are committed: their cards
 * and deployments are not what is measured.
 */
export async function putUnderWatch(
  ledger: Ledger,
  policy: Policy,
  schedule: {
    /** When the second release took traffic. */
    readonly from: (index: number) => Instant;
    /** When the watch ticks next. */
    readonly tick: (index: number) => Instant;
  },
): Promise<void> {
  let now: Instant = 0;
  let runAt: Instant | null = null;
  const onlyTicks = (commit: Commit): Commit => ({
    ...commit,
    jobs: runAt === null ? [] : commit.jobs.filter(isTick).map((job) => at(job, runAt ?? 0)),
  });
  const dispatcher = createDispatcher({
    ledger: {
      load: (stream) => ledger.load(stream),
      archivedRelease: (stream, release) => ledger.archivedRelease(stream, release),
      commit: (commit) => ledger.commit(onlyTicks(commit)),
      settle: () => Promise.reject(new Error("there are no jobs to settle yet")),
    },
    policy: () => policy,
    clock: { ...systemClock, now: () => now },
    onChange: () => {},
  });
  const dispatch = async (command: Command, id: string) => {
    const outcome = await dispatcher.dispatch(command, [id]);
    if (outcome.kind !== "accepted") throw new Error(`${command.type} was ${outcome.kind}`);
  };

  for (const [index, component] of Object.keys(policy.components).entries()) {
    const from = schedule.from(index);
    const release = async (version: string) => {
      const id = `${component}@${version}`;
      const build = buildOf(component, version);
      await dispatch({ type: "RegisterBuild", component, build }, `build:${id}`);
      const key = `deploy:${id}:production:1`;
      const report = { kind: "succeeded", detail: null } as const;
      await dispatch({ type: "ReportOperation", component, key, report }, `deployed:${id}`);
    };
    now = from - 2 * HOUR;
    runAt = null;
    await release("1");
    now = from - HOUR;
    const promotion = `${component}@1/production/1`;
    const assessments = [
      {
        check: "success rate",
        verdict: "success" as const,
        sentence: "120 of 120 samples passed",
        query: "success_ratio",
        condition: "value >= 0.9",
        samples: [],
        counts: { passed: 120, failed: 0, noData: 0 },
      },
    ];
    await dispatch(
      { type: "ReportWatch", component, promotion, assessments },
      `passed:${promotion}`,
    );
    now = from;
    runAt = schedule.tick(index);
    await release("2");
  }
}

function isTick({ body }: NewJob): boolean {
  return body.kind === "watch";
}

function at(job: NewJob, runAt: Instant): NewJob {
  return { ...job, runAt };
}

function buildOf(component: string, version: string): Build {
  return {
    version,
    outcome: "success",
    source: "ci",
    run: null,
    trigger: "code",
    startedBy: null,
    startedAt: null,
    finishedAt: null,
    artifact: { uri: `registry.example/${component}:${version}`, digest: null },
    commit: null,
    metrics: {},
    slices: {},
    tests: null,
    checks: [],
    datasets: [],
    notes: null,
  };
}
