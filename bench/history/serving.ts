import { startChild } from "../harness/child.ts";
import { held, type Row } from "../harness/row.ts";
import { median, spreadOf } from "../harness/statistics.ts";
import { withFolder } from "../harness/temporary-folder.ts";
import { componentName } from "../ledger/sample-component.ts";
import { writeConfiguration } from "../world/configuration.ts";
import { environmentOf } from "../world/environment.ts";
import { type SlipwayProcess, startSlipway } from "../world/slipway-process.ts";
import { sendReports } from "./report-load.ts";

export const ROUNDS = 3;
export const REPORTS = 1_000;
const IN_FLIGHT = 64;

/** `slipway serve` on a ledger of so many components with past releases: its start, and its memory. */
export function measureServing(
  store: "embedded" | "PostgreSQL",
  data: string,
  components: number,
): Promise<readonly Row[]> {
  return withFolder(async (folder) => {
    const world = await startChild<number>(
      new URL("../world/instant-world.ts", import.meta.url),
      {},
    );
    const names = Array.from({ length: components }, (_, n) => componentName(n));
    const configuration = writeConfiguration(folder, names, world.ready);
    const environment = environmentOf({ slackPort: world.ready, configuration, data });
    // The first start reviews every component under a policy that it has not seen before.
    await (await startSlipway(environment)).stop();
    const seconds: number[] = [];
    const ready: number[] = [];
    let process: SlipwayProcess | null = null;
    for (let round = 0; round < ROUNDS; round += 1) {
      await process?.stop();
      process = await startSlipway(environment);
      seconds.push(process.secondsToReady);
      ready.push(process.memory().now);
    }
    if (process === null) throw new Error("it was never started");
    await sendReports({
      port: process.port,
      components: names,
      count: REPORTS,
      inFlight: IN_FLIGHT,
    });
    const { most } = process.memory();
    await process.stop();
    await world.stop();
    const row = (what: string, unit: string, values: readonly number[], limit: number) =>
      held(
        {
          name: `history: ${what}, ${store}`,
          value: median(values),
          unit,
          peer: null,
          peerValue: null,
          ratio: null,
          spread: spreadOf(values, (value) => value.toPrecision(3)),
        },
        "value",
        "<",
        limit,
      );
    return [
      row("start to ready", "s", seconds, 2),
      row("memory when it is ready", "MB", ready, 250),
      row("most memory until the end of a load", "MB", [most], 250),
    ];
  });
}
