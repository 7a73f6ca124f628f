import { setTimeout } from "node:timers/promises";
import type { Benchmark } from "../harness/benchmark.ts";
import { type Child, startChild } from "../harness/child.ts";
import { held, type Row } from "../harness/row.ts";
import { median, percentile, spreadOf } from "../harness/statistics.ts";
import { withFolder } from "../harness/temporary-folder.ts";
import { requestsOf } from "../intake/requests.ts";
import { sendAll } from "../intake/send-all.ts";
import { componentNames, writeConfiguration } from "../world/configuration.ts";
import { dataIn, environmentOf } from "../world/environment.ts";
import { LEA, SAM } from "../world/people.ts";
import { clickRequest } from "./click-request.ts";
import type { ClickQuestion, Waiting } from "./commits.ts";

const COMPONENTS = 100;
/** Clicks before it is measured. */
const WARM_UP = 50;
const ROUNDS = 3;
/** Milliseconds between two clicks: faster than the people of any company click. */
const PACE = 100;

export const click: Benchmark = {
  method: `signed clicks on Approve, ten a second, from sending it to hearing that its approval is durable, through HTTP, Bolt, the directory, core and the ledger, while the worker posts cards; ${2 * COMPONENTS - WARM_UP} clicks after ${WARM_UP} to warm up; Slack in another process answers at once; median of ${ROUNDS} rounds`,
  async measure() {
    const rounds: (readonly number[])[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await withFolder(measured));
    return [
      held(row("click to committed decision: p99", rounds, 0.99), "value", "<", 20),
      { ...row("click to committed decision: p50", rounds, 0.5), target: null, ok: null },
    ];
  },
};

function row(
  name: string,
  rounds: readonly (readonly number[])[],
  share: number,
): Omit<Row, "target" | "ok"> {
  const values = rounds.map((latencies) => percentile(latencies, share));
  return {
    name,
    value: median(values),
    unit: "ms",
    peer: null,
    peerValue: null,
    ratio: null,
    spread: spreadOf(values, (value) => value.toFixed(1)),
  };
}

/** Milliseconds of each click. */
async function measured(folder: string): Promise<readonly number[]> {
  const world = await startChild<number>(new URL("../world/instant-world.ts", import.meta.url), {});
  const environment = environmentOf({
    slackPort: world.ready,
    configuration: writeConfiguration(folder, componentNames(COMPONENTS), world.ready),
    data: dataIn(folder),
  });
  const server = await startChild<number>(new URL("click-server.ts", import.meta.url), environment);
  const requests = requestsOf({
    kind: "report",
    from: 0,
    count: COMPONENTS,
    components: COMPONENTS,
  });
  await sendAll({ port: server.ready, requests, connections: 8, status: 202 });
  const waiting = await ask<readonly Waiting[]>(server, { waiting: COMPONENTS });
  const latencies: number[] = [];
  for (const user of [LEA, SAM]) {
    for (const release of waiting) {
      await setTimeout(PACE);
      latencies.push(await latencyOf(server, release, user, latencies.length));
    }
  }
  await server.stop();
  await world.stop();
  return latencies.slice(WARM_UP);
}

async function latencyOf(
  server: Child<number>,
  waiting: Waiting,
  user: string,
  n: number,
): Promise<number> {
  const request = clickRequest(waiting, user, n);
  const { component } = waiting;
  const approved = ask<true>(server, { approvedBy: user, component });
  const sentAt = performance.now();
  const answer = fetch(`http://127.0.0.1:${server.ready}/slack/events`, request);
  await approved;
  const latency = performance.now() - sentAt;
  const { status } = await answer;
  if (status !== 200)
    throw new Error(`Slack would show an error: the click was answered ${status}`);
  return latency;
}

function ask<Answer>(server: Child<number>, question: ClickQuestion): Promise<Answer> {
  return server.ask<Answer>(question);
}
