import { setTimeout } from "node:timers/promises";
import type { Benchmark } from "../harness/benchmark.ts";
import { type Child, startChild } from "../harness/child.ts";
import { hasProgram } from "../harness/installed.ts";
import { type Postgres, withPostgres } from "../harness/postgres.ts";
import { held, type Row } from "../harness/row.ts";
import { median, spreadOf } from "../harness/statistics.ts";
import { withFolder } from "../harness/temporary-folder.ts";
import { requestsOf } from "../intake/requests.ts";
import { sendAll } from "../intake/send-all.ts";
import { componentNames, writeConfiguration } from "../world/configuration.ts";
import { dataIn, environmentOf } from "../world/environment.ts";
import { startSlipway } from "../world/slipway-process.ts";
import { ALERTMANAGER, startAlertmanager } from "./alertmanager.ts";
import { recordedReleases } from "./recorded-releases.ts";

const COUNT = 500;
const CONNECTIONS = 64;
const ROUNDS = 3;
/** What has not been announced when nothing was for so many seconds never will be. */
const SILENCE = 15;

/** Of what was accepted. */
interface Lost {
  readonly unrecorded: number;
  readonly unannounced: number;
}

interface Round {
  readonly embedded: Lost;
  readonly postgres: Lost;
  /** null: it is not installed. */
  readonly alertmanager: number | null;
}

export const kill: Benchmark = {
  method: `${COUNT} signed build reports over ${CONNECTIONS} connections, kill -9 after the last was accepted, restart: lost is what is not in the ledger, or not announced in Slack when nothing has been for ${SILENCE} s; Alertmanager gets as many alerts in requests of 64, as Prometheus sends them; Slack in another process answers at once; the worst of ${ROUNDS} rounds of ours, the median of the peer's`,
  measure: () =>
    withPostgres(async (server) => {
      const rounds: Round[] = [];
      for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measureRound(server));
      return rowsOf(rounds);
    }),
};

async function measureRound(server: Postgres): Promise<Round> {
  return {
    embedded: await inWorld((folder, world) => killSlipway(folder, world, dataIn(folder))),
    postgres: await inWorld(async (folder, world) =>
      killSlipway(folder, world, await server.createDatabase()),
    ),
    alertmanager: hasProgram(ALERTMANAGER) ? await inWorld(killAlertmanager) : null,
  };
}

function rowsOf(rounds: readonly Round[]): readonly Row[] {
  const peerLost = rounds.flatMap(({ alertmanager }) => alertmanager ?? []);
  const peer =
    peerLost.length > 0
      ? { peer: "Alertmanager", peerValue: median(peerLost) }
      : { peer: `Alertmanager: no ${ALERTMANAGER} here`, peerValue: null };
  const row = (
    what: string,
    of: (round: Round) => number,
    against: Pick<Row, "peer" | "peerValue">,
  ): Row => {
    const values = rounds.map(of);
    const value = Math.max(...values);
    const spread = spreadOf(values, String);
    const name = `kill -9 after ${COUNT} were accepted: ${what}`;
    return held({ name, value, unit: "lost", ...against, ratio: null, spread }, "value", "<=", 0);
  };
  const nobody = { peer: null, peerValue: null };
  return [
    row("from the ledger, embedded", ({ embedded }) => embedded.unrecorded, nobody),
    row("from the ledger, PostgreSQL", ({ postgres }) => postgres.unrecorded, nobody),
    row("announcements, embedded", ({ embedded }) => embedded.unannounced, peer),
    row("announcements, PostgreSQL", ({ postgres }) => postgres.unannounced, peer),
  ];
}

/** Each time a workspace to which nothing has been posted yet. */
function inWorld<T>(run: (folder: string, world: Child<number>) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const world = await startChild<number>(
      new URL("../world/instant-world.ts", import.meta.url),
      {},
    );
    const result = await run(folder, world);
    await world.stop();
    return result;
  });
}

async function killSlipway(folder: string, world: Child<number>, data: string): Promise<Lost> {
  const components = componentNames(COUNT);
  const slackPort = world.ready;
  const configuration = writeConfiguration(folder, components, slackPort, channelOf);
  const environment = environmentOf({ slackPort, configuration, data });
  const requests = requestsOf({ kind: "report", from: 0, count: COUNT, components: COUNT });

  const first = await startSlipway(environment);
  await sendAll({ port: first.port, requests, connections: CONNECTIONS, status: 202 });
  await first.kill();

  const second = await startSlipway(environment);
  const unannounced = await missing(world);
  await second.stop();
  return { unrecorded: COUNT - (await recordedReleases(environment)), unannounced };
}

async function killAlertmanager(folder: string, world: Child<number>): Promise<number> {
  const first = await startAlertmanager(folder, world.ready);
  await first.send(COUNT);
  await first.kill();

  const second = await startAlertmanager(folder, world.ready);
  const lost = await missing(world);
  await second.kill();
  return lost;
}

/** How many have not been announced, and never will be. */
async function missing(world: Child<number>): Promise<number> {
  let lost = COUNT;
  for (let newsAt = performance.now(); performance.now() - newsAt < SILENCE * 1000; ) {
    const before = lost;
    lost = COUNT - (await world.ask<number>("announced"));
    if (lost === 0) break;
    if (lost < before) newsAt = performance.now();
    await setTimeout(100);
  }
  return lost;
}

/** Each component has a channel of its own: Slack takes one message a second in each. */
function channelOf(component: string): string {
  return `C0${component.replace("-", "").toUpperCase()}`;
}
