import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Benchmark } from "../harness/benchmark.ts";
import { startChild } from "../harness/child.ts";
import { type Memory, memoryOf } from "../harness/memory.ts";
import { held } from "../harness/row.ts";
import { median, spreadOf } from "../harness/statistics.ts";
import { withFolder } from "../harness/temporary-folder.ts";
import { componentName } from "../ledger/sample-component.ts";
import { writeConfiguration } from "../world/configuration.ts";
import { environmentOf } from "../world/environment.ts";
import { pastLedger } from "../world/past-folder.ts";

const COMPONENTS = 1_000;
const RELEASES_EACH = 1_000;
const ROUNDS = 3;
const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

type Environment = Readonly<Record<string, string>>;

interface Started {
  /** Until it was ready. */
  readonly seconds: number;
  /** When it was. */
  readonly memory: Memory;
}

export const start: Benchmark = {
  method: `slipway serve as a process of its own, from its start to the first 200 of /readyz, on a ledger of ${COMPONENTS} components x ${RELEASES_EACH} past releases; Slack in another process answers at once; the files are in the page cache; median of ${ROUNDS} starts`,
  measure: () =>
    withFolder(async (folder) => {
      const past = { components: COMPONENTS, releasesEach: RELEASES_EACH };
      const data = await pastLedger(past);
      const world = await startChild<number>(
        new URL("../world/instant-world.ts", import.meta.url),
        {},
      );
      const names = Array.from({ length: COMPONENTS }, (_, n) => componentName(n));
      const configuration = writeConfiguration(folder, names, world.ready);
      const environment = environmentOf({ slackPort: world.ready, configuration, data });
      // The first start reviews every component under a policy that it has not seen before.
      await startOnce(environment);
      const starts: Started[] = [];
      for (let round = 0; round < ROUNDS; round += 1) starts.push(await startOnce(environment));
      await world.stop();
      const row = (name: string, unit: string, values: readonly number[], digits: number) => ({
        name: `${name}, ${COMPONENTS} x ${RELEASES_EACH} past releases`,
        value: median(values),
        unit,
        peer: null,
        peerValue: null,
        ratio: null,
        spread: spreadOf(values, (value) => value.toFixed(digits)),
      });
      const seconds = starts.map((one) => one.seconds);
      const memory = starts.map((one) => one.memory.now);
      return [
        held(row("start to ready", "s", seconds, 2), "value", "<", 2),
        held(row("memory when it is ready", "MB", memory, 0), "value", "<", 250),
      ];
    }),
};

/** Starts it, waits until it is ready, and stops it as an orchestrator does. */
async function startOnce(environment: Environment): Promise<Started> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [MAIN, "serve"], {
    env: { PATH: process.env.PATH ?? "", ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const port = await listening(createInterface({ input: child.stdout }));
    child.stdout.resume();
    while ((await fetch(`http://127.0.0.1:${port}/readyz`)).status !== 200);
    const seconds = (performance.now() - startedAt) / 1000;
    return { seconds, memory: memoryOf(child.pid ?? 0) };
  } finally {
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    if (child.exitCode === null) await gone;
  }
}

/** The port, once it says that it has started. */
async function listening(lines: AsyncIterable<string>): Promise<number> {
  for await (const line of lines) {
    const { msg, port } = JSON.parse(line) as { readonly msg: string; readonly port?: number };
    if (msg === "started" && port !== undefined) return port;
  }
  throw new Error("slipway serve ended before it had started");
}
