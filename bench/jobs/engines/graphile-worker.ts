import { Logger, makeWorkerUtils, run as runWorker } from "graphile-worker";
import type { Engine, Stores } from "./engine.ts";

const TASK = "job";

/** As its documentation has it: `addJob` with a key, and a runner with its default settings. */
export async function graphileEngine({ database: connectionString }: Stores): Promise<Engine> {
  const logger = new Logger(() => () => {});
  const utils = await makeWorkerUtils({ connectionString, logger });
  await utils.migrate();
  return {
    async add(job) {
      await utils.addJob(TASK, { job }, { jobKey: `job:${job}` });
    },
    async work(run) {
      await runWorker({
        connectionString,
        logger,
        noHandleSignals: true,
        taskList: { [TASK]: (payload) => run((payload as { readonly job: number }).job) },
      });
    },
  };
}
