import { setTimeout } from "node:timers/promises";
import type { Benchmark } from "../harness/benchmark.ts";
import { startChild } from "../harness/child.ts";
import { held, type Row } from "../harness/row.ts";
import { percentile } from "../harness/statistics.ts";
import { withFolder } from "../harness/temporary-folder.ts";
import { dataIn, environmentOf } from "../world/environment.ts";
import { EVERY_SECONDS, FOR_MINUTES, writeWatches } from "./configuration.ts";
import type { Measured, WatchSettings } from "./watch-process.ts";

const WATCHES = 1_000;
/** Seconds before it is measured: the start reviews every component. */
const WARM_UP = 30;
const MEASURED = 60;

export const watches: Benchmark = {
  method: `${WATCHES} releases under watch for ${FOR_MINUTES} minutes, measured every ${EVERY_SECONDS} s with two checks each, ${MEASURED} s after ${WARM_UP} s to warm up; the whole product in one process on the embedded ledger, Prometheus and Slack in others, which answer at once; lag: from when a tick is due`,
  async measure() {
    const steady = await withFolder((folder) => measured(folder, "spread", WARM_UP));
    const restart = await withFolder((folder) => measured(folder, "at once", 0));
    const ticks = steady.begun.length;
    const expected = (WATCHES * MEASURED) / EVERY_SECONDS;
    // Were they fewer, the lag of those that were begun would say little.
    if (ticks < expected * 0.8) throw new Error(`only ${ticks} of ${expected} ticks were begun`);
    return [
      held(
        row("watches: tick lag until begun, p99", percentile(steady.begun, 0.99) / 1000, "s"),
        "value",
        "<",
        1,
      ),
      free("watches: tick lag until begun, p50", percentile(steady.begun, 0.5) / 1000, "s"),
      free("watches: tick lag until settled, p99", percentile(steady.settled, 0.99) / 1000, "s"),
      free(
        "watches: all overdue after a restart, until begun, p99",
        percentile(restart.begun.slice(0, WATCHES), 0.99) / 1000,
        "s",
      ),
      free("watches: ticks a second", (ticks / steady.elapsed) * 1000, "/s"),
      free("watches: queries a second", (steady.queries / steady.elapsed) * 1000, "/s"),
      free("watches: CPU, of one core", (steady.cpu / steady.elapsed) * 100, "%"),
      free("watches: event loop late by, p99", steady.loopDelay, "ms"),
      free("watches: memory", steady.memory, "MB"),
    ];
  },
};

function free(name: string, value: number, unit: string): Row {
  return { ...row(name, value, unit), target: null, ok: null };
}

function row(name: string, value: number, unit: string): Omit<Row, "target" | "ok"> {
  return { name, value, unit, peer: null, peerValue: null, ratio: null };
}

async function measured(
  folder: string,
  due: WatchSettings["due"],
  warmUp: number,
): Promise<Measured & { readonly queries: number }> {
  const world = await startChild<number>(new URL("../world/instant-world.ts", import.meta.url), {});
  const metrics = await startChild<number>(new URL("metrics-server.ts", import.meta.url), {});
  const environment = environmentOf({
    slackPort: world.ready,
    configuration: writeWatches(folder, {
      watches: WATCHES,
      world: world.ready,
      metrics: metrics.ready,
    }),
    data: dataIn(folder),
  });
  const settings: WatchSettings = { environment, due };
  const slipway = await startChild<number>(new URL("watch-process.ts", import.meta.url), settings);
  if (warmUp > 0) {
    await setTimeout(warmUp * 1000);
    await slipway.ask<Measured>({});
    await metrics.ask<number>({});
  }
  await setTimeout((due === "spread" ? MEASURED : EVERY_SECONDS * 2) * 1000);
  const answer = await slipway.ask<Measured>({});
  const queries = await metrics.ask<number>({});
  if (answer.verdicts > 0) throw new Error("a watch of this benchmark came to a verdict");
  await slipway.stop();
  await metrics.stop();
  await world.stop();
  return { ...answer, queries };
}
