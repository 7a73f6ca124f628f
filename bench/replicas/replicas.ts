import type { Benchmark } from "../harness/benchmark.ts";
import { startChild } from "../harness/child.ts";
import { type Postgres, withPostgres } from "../harness/postgres.ts";
import type { Row } from "../harness/row.ts";
import { median, spreadOf } from "../harness/statistics.ts";
import { withFolder } from "../harness/temporary-folder.ts";
import { componentNames, writeConfiguration } from "../world/configuration.ts";
import type { ReplicaSettings } from "./replica.ts";

const COMPONENTS = 400;
/** With fewer, replicas would be in each other's way more than those of any company. */
const SHARED = 40;
/** Each replica goes through them in another order. */
const STEPS = [1, 3, 7, 9];
const IN_FLIGHT = 16;
const ROUNDS = 3;
/** Seconds. */
const WARM_UP = 2;
const MEASURED = 3;

type Sharing = "each its own components" | "the same components";

interface Setting {
  readonly replicas: number;
  readonly sharing: Sharing;
}

const ALONE: Setting = { replicas: 1, sharing: "each its own components" };
const SETTINGS: readonly Setting[] = [
  { replicas: 2, sharing: "each its own components" },
  { replicas: 4, sharing: "each its own components" },
  { replicas: 2, sharing: "the same components" },
  { replicas: 4, sharing: "the same components" },
];

export const replicas: Benchmark = {
  method: `processes that register builds of components with 4 gates in one PostgreSQL, ${IN_FLIGHT} decisions under way in each, for ${MEASURED} s after ${WARM_UP} s to warm up; ${COMPONENTS} components, each of one replica, or ${SHARED} of all replicas; without HTTP and without workers; an empty database for each; median of ${ROUNDS} rounds that take turns`,
  measure: () =>
    withFolder((folder) => {
      const configuration = writeConfiguration(folder, componentNames(COMPONENTS));
      return withPostgres((server) => measureAll(server, configuration));
    }),
};

async function measureAll(server: Postgres, configuration: string): Promise<readonly Row[]> {
  const rounds: { readonly alone: number; readonly together: readonly number[] }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const alone = await decisionsPerSecond(server, configuration, ALONE);
    const together: number[] = [];
    for (const setting of SETTINGS) {
      together.push(await decisionsPerSecond(server, configuration, setting));
    }
    rounds.push({ alone, together });
  }
  const alone = rounds.map((round) => round.alone);
  const nothing = { unit: "/s", target: null, ok: null };
  return [
    {
      name: "decisions, 1 replica",
      value: median(alone),
      ...nothing,
      peer: null,
      peerValue: null,
      ratio: null,
      spread: spreadOf(alone, (rate) => rate.toFixed(0)),
    },
    ...SETTINGS.map(({ replicas, sharing }, index) => {
      const rates = rounds.map(({ together }) => together[index] ?? Number.NaN);
      const ratios = rounds.map((round, n) => (rates[n] ?? Number.NaN) / round.alone);
      return {
        name: `decisions, ${replicas} replicas, ${sharing}`,
        value: median(rates),
        ...nothing,
        peer: "1 replica",
        peerValue: median(alone),
        ratio: median(ratios),
        spread: `ratio ${spreadOf(ratios, (ratio) => ratio.toFixed(2))}`,
      };
    }),
  ];
}

async function decisionsPerSecond(
  server: Postgres,
  configuration: string,
  { replicas, sharing }: Setting,
): Promise<number> {
  const database = await server.createDatabase();
  const names = componentNames(COMPONENTS);
  const componentsOf = (replica: number) =>
    sharing === "the same components"
      ? Array.from({ length: SHARED }, (_, n) => names[(n * (STEPS[replica] ?? 1)) % SHARED] ?? "")
      : names.filter((_, n) => n % replicas === replica);
  const children = await Promise.all(
    Array.from({ length: replicas }, (_, replica) => {
      const components = componentsOf(replica);
      const name = `replica-${replica}`;
      const settings = { configuration, database, name, components, inFlight: IN_FLIGHT };
      return startChild<null>(
        new URL("replica.ts", import.meta.url),
        settings satisfies ReplicaSettings,
      );
    }),
  );
  const decide = (seconds: number) =>
    Promise.all(children.map((child) => child.ask<number>({ seconds })));
  await decide(WARM_UP);
  const decided = await decide(MEASURED);
  for (const child of children) await child.stop();
  return decided.reduce((sum, count) => sum + count, 0) / MEASURED;
}
