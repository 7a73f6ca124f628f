import type { Benchmark } from "../harness/benchmark.ts";
import { startChild } from "../harness/child.ts";
import { held, type Row } from "../harness/row.ts";
import { median, spreadOf } from "../harness/statistics.ts";
import { withFolder } from "../harness/temporary-folder.ts";
import { componentName } from "../ledger/sample-component.ts";
import { writeConfiguration } from "../world/configuration.ts";
import { environmentOf } from "../world/environment.ts";
import { pastLedger } from "../world/past-folder.ts";
import { startSlipway } from "../world/slipway-process.ts";

/** A million releases each: of many components, whose configuration is long, and of few. */
const PASTS = [
  { components: 1_000, releasesEach: 1_000 },
  { components: 100, releasesEach: 10_000 },
] as const;
const ROUNDS = 5;

interface Started {
  /** Until it was ready. */
  readonly seconds: number;
  /** Megabytes that it held then. */
  readonly memory: number;
}

export const start: Benchmark = {
  method: `slipway serve as the image starts it, from the start of its process to the first 200 of /readyz, on ledgers of a million past releases; Slack in another process answers at once; the files are in the page cache; median of ${ROUNDS} starts`,
  async measure() {
    const rows: Row[] = [];
    for (const past of PASTS) rows.push(...(await startsOn(past)));
    return rows;
  },
};

function startsOn(past: (typeof PASTS)[number]): Promise<readonly Row[]> {
  return withFolder(async (folder) => {
    const { components, releasesEach } = past;
    const data = await pastLedger(past);
    const world = await startChild<number>(
      new URL("../world/instant-world.ts", import.meta.url),
      {},
    );
    const names = Array.from({ length: components }, (_, n) => componentName(n));
    const configuration = writeConfiguration(folder, names, world.ready);
    const environment = environmentOf({ slackPort: world.ready, configuration, data });
    // The first start reviews every component under a policy that it has not seen before.
    await startOnce(environment);
    const starts: Started[] = [];
    for (let round = 0; round < ROUNDS; round += 1) starts.push(await startOnce(environment));
    await world.stop();
    const row = (name: string, unit: string, values: readonly number[], digits: number) => ({
      name: `${name}, ${components} x ${releasesEach} past releases`,
      value: median(values),
      unit,
      peer: null,
      peerValue: null,
      ratio: null,
      spread: spreadOf(values, (value) => value.toFixed(digits)),
    });
    const seconds = starts.map((one) => one.seconds);
    const memory = starts.map((one) => one.memory);
    return [
      held(row("start to ready", "s", seconds, 2), "value", "<", 2),
      held(row("memory when it is ready", "MB", memory, 0), "value", "<", 250),
    ];
  });
}

async function startOnce(environment: Readonly<Record<string, string>>): Promise<Started> {
  const slipway = await startSlipway(environment);
  try {
    return { seconds: slipway.secondsToReady, memory: slipway.memory().now };
  } finally {
    await slipway.stop();
  }
}
