import { type JobBody, job as newJob } from "../../../src/core/job.ts";
import { createDispatcher } from "../../../src/dispatcher.ts";
import type { JobHandlers } from "../../../src/effects/job-handler.ts";
import type { AnyHandler } from "../../../src/effects/worker/any-handler.ts";
import { kindsOf, POOLS } from "../../../src/effects/worker/pools.ts";
import { createWorker, SHARED_LEASE } from "../../../src/effects/worker.ts";
import { createJobQueue } from "../../../src/job-queue.ts";
import { openPostgresLedger } from "../../../src/ledger/postgres/open-postgres-ledger.ts";
import { systemClock as clock } from "../../../src/shared/clock.ts";
import { createLogger } from "../../../src/shared/logger.ts";
import { createTelemetry } from "../../../src/shared/telemetry.ts";
import type { Engine, Stores } from "./engine.ts";

/** One kind of each pool: the worker looks for them one pool after the other. */
const BODIES: readonly ((component: string) => JobBody)[] = [
  (component) => ({ kind: "review", component }),
  (component) => ({ kind: "message", component, release: "1.0", key: "card" }),
  (component) => ({ kind: "notes", component, release: "1.0", base: null }),
  (component) => ({ kind: "operation.start", component, operation: anOperation(component) }),
  (component) => ({ kind: "watch", component, promotion: "1.0/production/1" }),
];

/** The ledger in PostgreSQL and the worker, as `slipway serve` wires them. */
export async function slipwayEngine({ database }: Stores): Promise<Engine> {
  const logger = createLogger({ level: "info", secrets: () => [] });
  const ledger = await openPostgresLedger({ url: database, clock, logger });
  const dispatcher = createDispatcher({
    ledger,
    policy: () => {
      throw new Error("no job of this benchmark has a command");
    },
    clock,
    onChange: () => {},
  });
  return {
    async add(job) {
      const body = BODIES[job % BODIES.length]?.(String(job));
      if (body === undefined) throw new RangeError(`there is no job ${job}`);
      const now = clock.now();
      await ledger.commit({
        expect: [],
        at: now,
        by: { kind: "system", name: "bench" },
        writes: [],
        jobs: [newJob(`job:${job}`, now, body)],
        commandIds: [`job:${job}`],
      });
    },
    async work(run) {
      const worker = createWorker({
        queue: createJobQueue(ledger, dispatcher, clock),
        handlers: handlersOf(run),
        clock,
        logger,
        telemetry: createTelemetry(),
        countJobs: () => ledger.jobs(clock.now()),
        lease: SHARED_LEASE,
      });
      worker.start();
      while (worker.health().lastClaim === null) await clock.sleep(10);
    },
  };
}

function handlersOf(run: (job: number) => Promise<void>): JobHandlers {
  const handler: AnyHandler = {
    timeout: 10 * 60_000,
    attempts: 10,
    retryDelay: () => 1_000,
    run: async (body) => {
      if (!("component" in body)) throw new Error(`a job of this benchmark is not ${body.kind}`);
      await run(Number(body.component));
      return { kind: "done", command: null };
    },
    buried: () => null,
  };
  const kinds = POOLS.flatMap(kindsOf);
  return Object.fromEntries(kinds.map((kind) => [kind, handler])) as unknown as JobHandlers;
}

function anOperation(
  component: string,
): Extract<JobBody, { kind: "operation.start" }>["operation"] {
  return {
    key: `deploy:${component}@1.0:production:1`,
    purpose: "deploy",
    deployer: "actions",
    component,
    version: "1.0",
    environment: "production",
    release: `${component}@1.0`,
    digest: null,
    artifact: `registry.example/${component}:1.0`,
    commit: null,
    repository: `acme/${component}`,
    previous: null,
    weight: 100,
    actor: "dana",
    params: { environment: "production" },
    startedAt: 0,
  };
}
