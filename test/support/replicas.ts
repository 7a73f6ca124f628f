import type { DomainEvent } from "../../src/core/event.ts";
import { openPostgresLedger } from "../../src/ledger/postgres/open-postgres-ledger.ts";
import { SCHEMA } from "../../src/ledger/schema.ts";
import { systemClock } from "../../src/shared/clock.ts";
import type { PostgresServer } from "./postgres-server.ts";
import { quietLog } from "./quiet-log.ts";
import { type RunningApp, runApp } from "./running-app.ts";
import { startWorld, type World } from "./system.ts";

/** A world whose replicas share a database of their own. */
export async function startReplicaWorld(
  server: PostgresServer,
  options: Parameters<typeof startWorld>[0] = {},
): Promise<World> {
  const world = await startWorld(options);
  const url = server.url(await server.createDatabase());
  return { ...world, environment: { ...world.environment, DATABASE_URL: url } };
}

/** One more replica, in this process. */
export function runReplica(
  world: World,
  options: { readonly digest?: string; readonly host?: string; readonly schema?: number } = {},
): Promise<RunningApp> {
  const { DATABASE_URL: url = "" } = world.environment;
  const { schema = SCHEMA, ...others } = options;
  const openLedger = () =>
    openPostgresLedger({ url, clock: systemClock, logger: quietLog, connections: 5, schema });
  return runApp(world, { ...others, openLedger });
}

interface Readied {
  readonly status: number;
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
}

export async function readiness(port: number): Promise<Readied> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`);
  return { status: response.status, ...((await response.json()) as Omit<Readied, "status">) };
}

/** How many events of each of these types are recorded. */
export async function countEvents(
  { ledger }: Pick<RunningApp, "ledger">,
  ...types: readonly DomainEvent["type"][]
): Promise<readonly number[]> {
  const counts = new Map<string, number>();
  for await (const { event } of ledger.read({ stream: null, since: null })) {
    counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
  }
  return types.map((type) => counts.get(type) ?? 0);
}

/** The lines of one metric, as Prometheus would scrape them. */
export async function scrape(port: number, metric: string): Promise<readonly string[]> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const lines = (await response.text()).split("\n");
  return lines.filter((line) => line.startsWith(`${metric}{`)).sort();
}
