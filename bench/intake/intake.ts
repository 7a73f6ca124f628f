import { type Child, startChild } from "../harness/child.ts";
import type { Row } from "../harness/row.ts";
import { median, spreadOf } from "../harness/statistics.ts";
import { withFolder } from "../harness/temporary-folder.ts";
import { writeConfiguration } from "./configuration.ts";
import type { LoadOrder, LoadResult } from "./load.ts";

const CONNECTIONS = 64;
const COMPONENTS = 1_000;
const WARM_UP = 4_000;
const REQUESTS = 10_000;
const ROUNDS = Number(process.env["ROUNDS"] ?? 3);

interface Contestant {
  readonly file: URL;
  readonly kind: LoadOrder["kind"];
  readonly status: number;
}

const SLIPWAY: Contestant = {
  file: new URL("slipway-server.ts", import.meta.url),
  kind: "report",
  status: 202,
};
const BARE: Contestant = {
  file: new URL("bare-server.ts", import.meta.url),
  kind: "report",
  status: 202,
};
const PROBOT: Contestant = {
  file: new URL("probot-server.ts", import.meta.url),
  kind: "github",
  status: 200,
};

export async function measureIntake(): Promise<readonly Row[]> {
  const load = await startChild<null>(new URL("load.ts", import.meta.url), null);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const contestant of [SLIPWAY, BARE, PROBOT]) {
      const result = await round1(contestant, load);
      console.log(contestant.file.pathname.split("/").at(-1), result);
    }
  }
  await load.stop();
  return [];
}

async function round1(contestant: Contestant, load: Child<null>): Promise<LoadResult> {
  return withFolder(async (folder) => {
    const configuration = writeConfiguration(folder, COMPONENTS);
    const server = await startChild<number>(contestant.file, { folder, configuration });
    const order = {
      port: server.ready,
      kind: contestant.kind,
      status: contestant.status,
      components: COMPONENTS,
      connections: CONNECTIONS,
    };
    await load.ask<LoadResult>({ ...order, from: 0, count: WARM_UP });
    const result = await load.ask<LoadResult>({ ...order, from: WARM_UP, count: REQUESTS });
    await server.stop();
    return result;
  });
}
await measureIntake();
