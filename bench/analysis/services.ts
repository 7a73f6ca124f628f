import { normalCdf } from "../../src/core/analysis/distribution.ts";
import type { Chance } from "./chance.ts";
import { simulateGauge } from "./gauge.ts";
import { type Service, type Simulated, simulateCounts, type World } from "./world.ts";

/** Latencies are log-normal with this deviation; slow is what takes longer than the baseline's p95. */
const SIGMA = 0.6;
const P95 = 1.6448536269514722;

const success = (by: number) => 1 - 0.95 * (1 - by);
const errors = (by: number) => 0.005 + by;
const slow = (by: number) => normalCdf(Math.log(1 + by) / SIGMA - P95);

export const REGRESSIONS: readonly number[] = [0.01, 0.05, 0.2];

/** What is simulated. */
export const SERVICES: readonly Service[] = [
  {
    name: "success 95 %, 1500 a sample",
    kind: "ratio",
    healthy: 0.05,
    worse: success,
    release: 1500,
    stable: 1500,
    fixed: 0.07,
  },
  {
    name: "success 95 %, 60 a sample",
    kind: "ratio",
    healthy: 0.05,
    worse: success,
    release: 60,
    stable: 60,
    fixed: 0.12,
  },
  {
    name: "success 95 %, canary of 5 %",
    kind: "ratio",
    healthy: 0.05,
    worse: success,
    release: 75,
    stable: 1425,
    fixed: 0.12,
  },
  {
    name: "errors 0.5 %, 1500 a sample",
    kind: "ratio",
    healthy: 0.005,
    worse: errors,
    release: 1500,
    stable: 1500,
    fixed: 0.02,
  },
  {
    name: "p95 latency, 1500 a sample",
    kind: "ratio",
    healthy: 0.05,
    worse: slow,
    release: 1500,
    stable: 1500,
    fixed: 0.07,
  },
  {
    name: "p95 latency, 100 a sample",
    kind: "ratio",
    healthy: 0.05,
    worse: slow,
    release: 100,
    stable: 100,
    fixed: 0.12,
  },
  {
    name: "gauge, spread 10 %, memory 0.8",
    kind: "value",
    healthy: 1,
    worse: (by) => 1 + by,
    fixed: 1.5,
    spread: 0.1,
    memory: 0.8,
  },
  {
    name: "gauge, spread 2 %, memory 0.95",
    kind: "value",
    healthy: 1,
    worse: (by) => 1 + by,
    fixed: 1.25,
    spread: 0.02,
    memory: 0.95,
  },
];

/** One release of a service with its baselines, at this share of bad events or this level. */
export function simulate(service: Service, world: World, level: number, chance: Chance): Simulated {
  return service.kind === "ratio"
    ? simulateCounts(service, world, level, chance)
    : simulateGauge(service, world, level, chance);
}
