import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { Logger } from "../../shared/logger.ts";
import { type ExposedSample, parseExposition } from "./exposition.ts";
import { type Labels, labelsKey, METRIC_NAME } from "./labels.ts";
import type { SeriesStore } from "./series-store.ts";

export interface ScrapeTarget {
  /** The address of the metrics page, e.g. `http://127.0.0.1:4100/metrics`. */
  readonly url: string;
  /** Becomes the label `job`; `instance` is the host and port of the address. */
  readonly job: string;
}

export interface ScraperOptions {
  readonly target: ScrapeTarget;
  readonly store: SeriesStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** Milliseconds a scrape may take; one that takes longer has failed. */
  readonly timeout: number;
}

/** A page with more samples than this is refused whole: the history is bounded. */
const MAXIMUM_SAMPLES = 5000;

export interface Scraper {
  /** One scrape. Never throws: a target that is down is a fact to record, as `up` 0. */
  scrape(signal: AbortSignal): Promise<void>;
}

/**
 * Scrapes one target as Prometheus does: `job` and `instance` on every series, `up` beside them, all at
 * the time at which the scrape began. A series that a page no longer shows, and every series of a target
 * that is down, is marked stale, so that its last value does not live on for five minutes.
 */
export function createScraper({ target, store, clock, log, timeout }: ScraperOptions): Scraper {
  const own: Labels = { job: target.job, instance: new URL(target.url).host };
  let shown = new Map<string, Labels>();

  async function scrape(signal: AbortSignal): Promise<void> {
    const at = clock.now();
    const samples = await read(signal);
    if (signal.aborted) return;
    const now = new Map<string, Labels>();
    for (const sample of samples ?? []) {
      const labels = { ...sample.labels, ...own };
      store.append(labels, { at, value: sample.value });
      now.set(labelsKey(labels), labels);
    }
    for (const [key, labels] of shown) {
      if (!now.has(key)) store.append(labels, { at, value: null });
    }
    shown = now;
    store.append({ [METRIC_NAME]: "up", ...own }, { at, value: samples === null ? 0 : 1 });
  }

  async function read(signal: AbortSignal): Promise<readonly ExposedSample[] | null> {
    try {
      const response = await fetch(target.url, {
        headers: { accept: "text/plain;version=0.0.4" },
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
      });
      if (!response.ok) throw new Error(`answered ${response.status}`);
      const samples = parseExposition(await response.text());
      if (samples.length > MAXIMUM_SAMPLES) throw new Error(`showed ${samples.length} samples`);
      return samples;
    } catch (error) {
      if (!signal.aborted)
        log.debug({ target: target.url, why: errorText(error) }, "scrape failed");
      return null;
    }
  }

  return { scrape };
}
