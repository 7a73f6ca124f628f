import { setTimeout } from "node:timers/promises";
import { serveParent } from "../harness/serve-parent.ts";
import type { Engine, Stores } from "./engines/engine.ts";
import { now, Runs } from "./runs.ts";

/** Loaded by the process that runs it, and by no other. */
const ENGINES = {
  slipway: async (stores: Stores) => (await import("./engines/slipway.ts")).slipwayEngine(stores),
  graphile: async (stores: Stores) =>
    (await import("./engines/graphile-worker.ts")).graphileEngine(stores),
  bullmqOnPostgres: async (stores: Stores) =>
    (await import("./engines/bullmq.ts")).bullmqOnPostgres(stores),
  bullmqOnRedis: async (stores: Stores) =>
    (await import("./engines/bullmq.ts")).bullmqOnRedis(stores),
};

export type EngineName = keyof typeof ENGINES;

export interface EngineSettings extends Stores {
  readonly engine: EngineName;
  /** `run`: jobs end at once; `hang`: they never do; `none`: it only hands them over. */
  readonly worker: "run" | "hang" | "none";
}

export type EngineQuestion =
  /** Answered with when it was begun to be handed over, once it is durable. */
  | { readonly add: number }
  /** Answered with when a worker of this process began it. */
  | { readonly begun: number }
  /** Hands over so many jobs, one at a time; answered with the milliseconds until each was begun here. */
  | { readonly latencies: { readonly from: number; readonly count: number } };

/** An engine in a process of its own. Times are milliseconds of a clock that all processes share. */
await serveParent(async ({ engine: name, worker, ...stores }: EngineSettings) => {
  const engine = await ENGINES[name](stores);
  const begun = new Runs();
  if (worker !== "none") {
    await engine.work(async (job) => {
      begun.note(job);
      if (worker === "hang") await new Promise(() => {});
    });
  }
  return {
    ready: null,
    answer(request) {
      const question = request as EngineQuestion;
      if ("add" in question) return added(engine, question.add);
      if ("begun" in question) return begun.of(question.begun);
      return latencies(engine, begun, question.latencies);
    },
  };
});

async function latencies(
  engine: Engine,
  begun: Runs,
  { from, count }: { readonly from: number; readonly count: number },
): Promise<readonly number[]> {
  const measured: number[] = [];
  for (let job = from; job < from + count; job += 1) {
    const [handedOver, began] = await Promise.all([added(engine, job), begun.of(job)]);
    measured.push(began - handedOver);
    // Not in step with the timers of an engine.
    await setTimeout(3 + ((job * 5) % 8));
  }
  return measured;
}

async function added(engine: Engine, job: number): Promise<number> {
  const at = now();
  await engine.add(job);
  return at;
}
