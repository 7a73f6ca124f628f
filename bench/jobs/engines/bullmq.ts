import { createPostgresBackend, Queue, Worker, withBackend } from "bullmq";
import { Redis } from "ioredis";
import type { Engine, Stores } from "./engine.ts";

const QUEUE = "jobs";

interface Payload {
  readonly job: number;
}

/** On Redis, as its documentation has it. */
export async function bullmqOnRedis({ redis }: Stores): Promise<Engine> {
  if (redis === null) throw new Error("there is no Redis");
  const { port, prefix } = redis;
  const options = () => ({
    connection: new Redis(port, "127.0.0.1", { maxRetriesPerRequest: null }),
    prefix,
  });
  const queue = new Queue<Payload>(QUEUE, options());
  await queue.waitUntilReady();
  return {
    async add(job) {
      await queue.add(QUEUE, { job }, { jobId: `job-${job}` });
    },
    async work(run) {
      const worker = new Worker<Payload>(QUEUE, ({ data }) => run(data.job), options());
      worker.on("error", () => {});
      await worker.waitUntilReady();
    },
  };
}

/** On PostgreSQL, with the backend that it has for it. */
export async function bullmqOnPostgres({ database }: Stores): Promise<Engine> {
  const onPostgres = withBackend(createPostgresBackend);
  const options = { connection: { connectionString: database, migrate: true } };
  const queue = new onPostgres.Queue<Payload>(QUEUE, options);
  await queue.waitUntilReady();
  return {
    async add(job) {
      await queue.add(QUEUE, { job }, { jobId: `job-${job}` });
    },
    async work(run) {
      const worker = new onPostgres.Worker<Payload>(QUEUE, ({ data }) => run(data.job), options);
      worker.on("error", () => {});
      await worker.waitUntilReady();
    },
  };
}
