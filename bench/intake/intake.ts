import type { Benchmark } from "../harness/benchmark.ts";
import { type Child, startChild } from "../harness/child.ts";
import { compared } from "../harness/compared.ts";
import { held, type Row } from "../harness/row.ts";
import { median, spreadOf } from "../harness/statistics.ts";
import { withFolder } from "../harness/temporary-folder.ts";
import { componentNames, writeConfiguration } from "../world/configuration.ts";
import { DONE } from "./done.ts";
import type { LoadOrder } from "./load.ts";
import type { LoadResult } from "./send-all.ts";

const CONNECTIONS = 64;
const COMPONENTS = 1_000;
const WARM_UP = 1_500;
const REQUESTS = 2_500;
const ROUNDS = 3;

type Name = "slipway" | "bare" | "probot";

interface Contestant extends Pick<LoadOrder, "kind" | "status"> {
  readonly file: URL;
}

/** In the order in which each round measures them. */
const CONTESTANTS: Readonly<Record<Name, Contestant>> = {
  slipway: { file: new URL("slipway-server.ts", import.meta.url), kind: "report", status: 202 },
  bare: { file: new URL("bare-server.ts", import.meta.url), kind: "report", status: 202 },
  probot: { file: new URL("probot-server.ts", import.meta.url), kind: "github", status: 200 },
};

const BARE = "node:http + HMAC + the same group commit";
const PROBOT = "Probot 14.3.2, which stores nothing";

interface Measured extends LoadResult {
  /** Requests a second until everything that they caused was done. */
  readonly donePerSecond: number;
  /** Milliseconds of CPU time of the server for one request. */
  readonly cpu: number;
}

type Round = Readonly<Record<Name, Measured>>;

export const intake: Benchmark = {
  method: `${REQUESTS} signed build reports of 1,400 bytes over ${CONNECTIONS} kept connections, each a new build of one of ${COMPONENTS} components with 4 gates, after ${WARM_UP} to warm up; each server in a process and a folder of its own; median of ${ROUNDS} rounds that take turns`,
  async measure() {
    const load = await startChild<null>(new URL("load.ts", import.meta.url), null);
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const slipway = await measured("slipway", load);
      const bare = await measured("bare", load);
      rounds.push({ slipway, bare, probot: await measured("probot", load) });
    }
    await load.stop();
    return rowsOf(rounds);
  },
};

function rowsOf(rounds: readonly Round[]): readonly Row[] {
  const against = (name: Name, of: (measured: Measured) => number) =>
    compared(
      rounds.map(({ slipway }) => of(slipway)),
      rounds.map((round) => of(round[name])),
    );
  const rate = ({ perSecond }: Measured) => perSecond;
  const requests = { name: "durable intake", unit: "requests/s" };
  return [
    held({ ...requests, peer: BARE, ...against("bare", rate) }, "ratio", ">=", 0.7),
    held({ ...requests, peer: PROBOT, ...against("probot", rate) }, "ratio", ">=", 1.5),
    {
      name: "durable intake: until all that a build causes is done",
      unit: "builds/s",
      value: median(rounds.map(({ slipway }) => slipway.donePerSecond)),
      peer: null,
      peerValue: null,
      ratio: null,
      spread: spreadOf(
        rounds.map(({ slipway }) => slipway.donePerSecond),
        (rate) => rate.toFixed(0),
      ),
      target: null,
      ok: null,
    },
    {
      name: "durable intake: CPU time of a request",
      unit: "ms",
      peer: BARE,
      ...against("bare", ({ cpu }) => cpu),
      target: null,
      ok: null,
    },
    {
      name: "durable intake: p99 of an answer",
      unit: "ms",
      peer: BARE,
      ...against("bare", ({ p99 }) => p99),
      target: null,
      ok: null,
    },
  ];
}

function measured(name: Name, load: Child<null>): Promise<Measured> {
  return withFolder(async (folder) => {
    const configuration = writeConfiguration(folder, componentNames(COMPONENTS));
    const { file, kind, status } = CONTESTANTS[name];
    const server = await startChild<number>(file, { folder, configuration });
    const order = {
      kind,
      status,
      port: server.ready,
      components: COMPONENTS,
      connections: CONNECTIONS,
    };
    await load.ask<LoadResult>({ ...order, from: 0, count: WARM_UP });
    if (name === "slipway") await server.ask<null>(DONE);
    const before = await server.ask<number>("cpu time");
    const startedAt = performance.now();
    const result = await load.ask<LoadResult>({ ...order, from: WARM_UP, count: REQUESTS });
    const cpu = ((await server.ask<number>("cpu time")) - before) / REQUESTS;
    if (name === "slipway") await server.ask<null>(DONE);
    const seconds = (performance.now() - startedAt) / 1000;
    await server.stop();
    return { ...result, cpu, donePerSecond: REQUESTS / seconds };
  });
}
