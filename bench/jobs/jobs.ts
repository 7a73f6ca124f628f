import type { Benchmark } from "../harness/benchmark.ts";
import { hasProgram } from "../harness/installed.ts";
import { type Postgres, withPostgres } from "../harness/postgres.ts";
import { REDIS, withRedis } from "../harness/redis.ts";
import type { Row } from "../harness/row.ts";
import { enginesOn } from "./contestants.ts";
import { ROUNDS as LATENCY_ROUNDS, measureLatency, SAMPLES, WARM_UP } from "./latency.ts";
import { LIMIT, LONG_LIMIT, measureTakeover, ROUNDS as TAKEOVER_ROUNDS } from "./takeover.ts";

export const jobs: Benchmark = {
  method:
    `from handing a job over to its being begun: one job at a time, ${SAMPLES} after ${WARM_UP} to warm up, of each engine in turn, median of ${LATENCY_ROUNDS} rounds; ` +
    `takeover: from kill -9 of the process that is at a job to another one's beginning it, ${LIMIT} s waited at most, with --long ${LONG_LIMIT} s, median of ${TAKEOVER_ROUNDS} rounds; ` +
    `each process with the settings that its engine ships with; PostgreSQL and Redis sync each commit`,
  measure: ({ long }) =>
    withPostgres((postgres) =>
      hasProgram(REDIS)
        ? withRedis((redis) => measureAll(postgres, redis, long))
        : measureAll(postgres, null, long),
    ),
};

async function measureAll(
  postgres: Postgres,
  redis: number | null,
  long: boolean,
): Promise<readonly Row[]> {
  const engines = enginesOn(postgres, redis);
  return [
    ...(await measureLatency(engines, "same process")),
    ...(await measureLatency(engines, "other process")),
    ...(await measureTakeover(engines, long ? LONG_LIMIT : LIMIT)),
  ];
}
