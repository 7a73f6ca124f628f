import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Child, startChild } from "../harness/child.ts";
import { compared } from "../harness/compared.ts";
import type { Row } from "../harness/row.ts";
import { withFolder } from "../harness/temporary-folder.ts";
import { DONE } from "../intake/done.ts";
import type { LoadResult } from "../intake/send-all.ts";
import type { MixedLoadOrder } from "./load.ts";

export const CONNECTIONS = 64;
export const WARM_UP = 1_500;
export const REQUESTS = 2_500;
export const ROUNDS = 3;

const SLIPWAY = {
  file: new URL("../intake/slipway-server.ts", import.meta.url),
  signed: "by source",
} as const;
const BARE = {
  file: new URL("../intake/bare-server.ts", import.meta.url),
  signed: "alike",
} as const;

interface Measured extends LoadResult {
  /** Milliseconds of CPU time of the server for one request. */
  readonly cpu: number;
}

/** All sources in turn, against the bare server of `intake` with bodies of the same sizes. */
export async function mixedLoad(configuration: string): Promise<readonly Row[]> {
  const load = await startChild<null>(new URL("load.ts", import.meta.url), null);
  const ours: Measured[] = [];
  const bare: Measured[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await measured(SLIPWAY, configuration, load));
    bare.push(await measured(BARE, configuration, load));
  }
  await load.stop();
  const row = (what: string, unit: string, of: (measured: Measured) => number): Row => ({
    name: `mixed deliveries: ${what}`,
    unit,
    peer: "node:http + HMAC + the same group commit",
    ...compared(ours.map(of), bare.map(of)),
    target: null,
    ok: null,
  });
  return [
    row("all sources in turn", "requests/s", ({ perSecond }) => perSecond),
    row("p50 of an answer", "ms", ({ p50 }) => p50),
    row("p99 of an answer", "ms", ({ p99 }) => p99),
    row("CPU time of a request", "ms", ({ cpu }) => cpu),
  ];
}

function measured(
  { file, signed }: typeof SLIPWAY | typeof BARE,
  text: string,
  load: Child<null>,
): Promise<Measured> {
  return withFolder(async (folder) => {
    const configuration = join(folder, "slipway.yml");
    writeFileSync(configuration, text);
    const server = await startChild<number>(file, { folder, configuration });
    const send = (from: number, count: number) =>
      load.ask<LoadResult>({
        ...{ signed, from, count },
        port: server.ready,
        connections: CONNECTIONS,
        status: 202,
      } satisfies MixedLoadOrder);
    await send(0, WARM_UP);
    if (signed === "by source") await server.ask<null>(DONE);
    const before = await server.ask<number>("cpu time");
    const result = await send(WARM_UP, REQUESTS);
    const cpu = ((await server.ask<number>("cpu time")) - before) / REQUESTS;
    await server.stop();
    return { ...result, cpu };
  });
}
