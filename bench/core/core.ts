import type { Benchmark } from "../harness/benchmark.ts";
import { type Child, startChild } from "../harness/child.ts";
import type { Row } from "../harness/row.ts";
import { median, spreadOf } from "../harness/statistics.ts";
import { withFolder } from "../harness/temporary-folder.ts";
import { componentNames, writeConfiguration } from "../world/configuration.ts";
import type { DecisionsOrder } from "./decisions.ts";

const COMPONENTS = 10;
const ROUNDS = 5;
const WARM_UP = 500;
const COUNT = 500;

export const core: Benchmark = {
  method: `decide, evolve and react in process, on a component with 4 gates and a release that is live everywhere; median of ${ROUNDS} rounds`,
  measure: () =>
    withFolder(async (folder) => {
      const child = await startChild<null>(new URL("decisions.ts", import.meta.url), {
        configuration: writeConfiguration(folder, componentNames(COMPONENTS)),
        components: COMPONENTS,
      });
      const rows = [await measured(child, "RegisterBuild"), await measured(child, "Approve")];
      await child.stop();
      return rows;
    }),
};

async function measured(child: Child<null>, command: DecisionsOrder["command"]): Promise<Row> {
  const ask = (from: number, count: number) =>
    child.ask<number>({ command, count, from } satisfies DecisionsOrder);
  await ask(0, WARM_UP);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rates.push(await ask(WARM_UP + round * COUNT, COUNT));
  }
  return {
    name: `core alone: ${command}`,
    value: median(rates),
    unit: "decisions/s",
    peer: null,
    peerValue: null,
    ratio: null,
    target: null,
    ok: null,
    spread: spreadOf(rates, (rate) => rate.toFixed(0)),
  };
}
