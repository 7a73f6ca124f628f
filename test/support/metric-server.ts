import { afterEach } from "vitest";
import type { Clock } from "../../src/shared/clock.ts";
import { createFakeClock } from "./fake-clock.ts";
import {
  type ReceivedRequest,
  type ScriptedAnswer,
  type ScriptedServer,
  startServer,
} from "./scripted-server.ts";

export interface MetricServerWorld<S> {
  readonly server: ScriptedServer;
  readonly source: S;
}

/** Starts servers of a metrics system, which end with their test, each with a source that asks it. */
export function metricServers(now: number) {
  const servers: ScriptedServer[] = [];

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  return async <S>(
    create: (url: string, services: { readonly clock: Clock }) => S,
    answer: (request: ReceivedRequest) => ScriptedAnswer,
  ): Promise<MetricServerWorld<S>> => {
    const server = await startServer(answer);
    servers.push(server);
    return { server, source: create(server.url, { clock: createFakeClock(now) }) };
  };
}

/** The parameters in the address of a request. */
export function parametersOf({ url }: ReceivedRequest): Readonly<Record<string, string>> {
  return Object.fromEntries(new URL(url, "http://metrics.example").searchParams);
}
