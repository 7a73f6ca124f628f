import { createServer } from "node:http";
import type { Clock } from "../../shared/clock.ts";
import type { Logger } from "../../shared/logger.ts";
import { type RunningServer, startServer } from "../http/start-server.ts";
import { createMetricsApi } from "./metrics-api.ts";
import { createScraper, type ScrapeTarget } from "./scraper.ts";
import { createSeriesStore } from "./series-store.ts";

const RETENTION = 30 * 60 * 1000;
const SCRAPE_TIMEOUT = 5000;

export interface MetricsServerOptions {
  readonly targets: readonly ScrapeTarget[];
  /** Milliseconds between two scrapes of a target. */
  readonly every: number;
  /** 0 takes a free port. */
  readonly port: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Scrapes the targets and answers queries about the last half hour, as a small Prometheus on loopback.
 * Its answers are compared with those of a real Prometheus in `test/live/`.
 * @throws Error when the port is taken
 */
export async function startMetricsServer(options: MetricsServerOptions): Promise<RunningServer> {
  const { targets, every, port, clock, log } = options;
  const store = createSeriesStore(RETENTION);
  const server = await startServer(createServer(createMetricsApi({ store, clock, log })), port);
  const stop = new AbortController();
  const loops = targets.map((target) => {
    const scraper = createScraper({ target, store, clock, log, timeout: SCRAPE_TIMEOUT });
    return scrapeUntilStopped(scraper.scrape, { every, clock, signal: stop.signal });
  });
  return {
    url: server.url,
    close: async () => {
      stop.abort();
      await Promise.all([...loops, server.close()]);
    },
  };
}

/** Keeps the rhythm: a slow scrape shortens the pause after it instead of shifting all later ones. */
async function scrapeUntilStopped(
  scrape: (signal: AbortSignal) => Promise<void>,
  {
    every,
    clock,
    signal,
  }: { readonly every: number; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  let due = clock.monotonic();
  while (!signal.aborted) {
    await scrape(signal);
    const now = clock.monotonic();
    due = Math.max(due + every, now);
    await clock.sleep(due - now, signal);
  }
}
