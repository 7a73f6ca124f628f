import { type Child, startChild } from "../harness/child.ts";
import { packageName } from "../harness/installed.ts";
import type { Postgres } from "../harness/postgres.ts";
import type { EngineName, EngineQuestion, EngineSettings } from "./engine-process.ts";
import type { Stores } from "./engines/engine.ts";

const PROCESS = new URL("engine-process.ts", import.meta.url);

/** A process with an engine. */
export interface EngineProcess {
  ask<Answer>(question: EngineQuestion): Promise<Answer>;
  kill(): Promise<void>;
}

/** An engine on an empty store that its processes share. */
export interface Contestant {
  start(worker: EngineSettings["worker"]): Promise<EngineProcess>;
}

/** What is measured, ours and the peers. */
export interface Engines {
  readonly ours: () => Promise<Contestant>;
  readonly peers: readonly {
    readonly name: string;
    /** null: it cannot be measured on this machine; its name says why. */
    readonly begin: (() => Promise<Contestant>) | null;
  }[];
}

export function enginesOn(postgres: Postgres, redis: number | null): Engines {
  let begun = 0;
  const contestant = (engine: EngineName) => async () => {
    begun += 1;
    const names = redis === null ? null : { port: redis, prefix: `bench-${begun}` };
    return onStores(engine, { database: await postgres.createDatabase(), redis: names });
  };
  const bullmq = packageName("bullmq");
  return {
    ours: contestant("slipway"),
    peers: [
      { name: packageName("graphile-worker"), begin: contestant("graphile") },
      { name: `${bullmq} on PostgreSQL`, begin: contestant("bullmqOnPostgres") },
      redis === null
        ? { name: `${bullmq} on Redis: no redis-server here`, begin: null }
        : { name: `${bullmq} on Redis`, begin: contestant("bullmqOnRedis") },
    ],
  };
}

function onStores(engine: EngineName, stores: Stores): Contestant {
  return {
    async start(worker) {
      const settings: EngineSettings = { engine, worker, ...stores };
      const child: Child<null> = await startChild<null>(PROCESS, settings);
      return { ask: (question) => child.ask(question), kill: () => child.kill() };
    },
  };
}
