import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createScraper, type Scraper } from "../../../src/demo/metrics-server/scraper.ts";
import {
  createSeriesStore,
  type SeriesStore,
} from "../../../src/demo/metrics-server/series-store.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { type PageServer, startPageServer } from "../../support/page-server.ts";
import { quietLog } from "../../support/quiet-log.ts";

const NEVER = new AbortController().signal;
let target: PageServer;
let store: SeriesStore;
let scraper: Scraper;
let now: number;

beforeEach(async () => {
  target = await startPageServer();
  store = createSeriesStore(60_000);
  now = 1000;
  scraper = createScraper({
    target: { url: `${target.url}/metrics`, job: "runtime" },
    store,
    clock: { ...systemClock, now: () => now },
    log: quietLog,
    timeout: 5000,
  });
});
afterEach(async () => {
  await target.close();
});

async function scrapeAt(at: number, page: Parameters<PageServer["show"]>[0]): Promise<void> {
  now = at;
  target.show(page);
  await scraper.scrape(NEVER);
}

/** By metric name and its `v` label: the points that were kept. */
function kept(): Record<string, readonly (readonly [number, number | null])[]> {
  return Object.fromEntries(
    store
      .select(() => true)
      .map(({ labels, points }) => [
        `${labels.__name__}${labels.v ?? ""}`,
        points.map(({ at, value }) => [at, value] as const),
      ]),
  );
}

describe("a scrape", () => {
  it("keeps every sample with job and instance, at the time it began, and up beside them", async () => {
    await scrapeAt(1000, { text: 'x_total{v="1"} 7\n' });
    expect(store.select(() => true)).toEqual([
      {
        labels: { __name__: "x_total", v: "1", job: "runtime", instance: new URL(target.url).host },
        points: [{ at: 1000, value: 7 }],
      },
      {
        labels: { __name__: "up", job: "runtime", instance: new URL(target.url).host },
        points: [{ at: 1000, value: 1 }],
      },
    ]);
  });

  it("marks a series stale that the page no longer shows, and not the others", async () => {
    await scrapeAt(1000, { text: 'x{v="1"} 1\nx{v="2"} 2\n' });
    await scrapeAt(2000, { text: 'x{v="2"} 3\n' });
    await scrapeAt(3000, { text: 'x{v="2"} 4\n' });
    expect(kept()).toEqual({
      x1: [
        [1000, 1],
        [2000, null],
      ],
      x2: [
        [1000, 2],
        [2000, 3],
        [3000, 4],
      ],
      up: [
        [1000, 1],
        [2000, 1],
        [3000, 1],
      ],
    });
  });

  const failures: readonly (readonly [string, Parameters<PageServer["show"]>[0]])[] = [
    ["answers with an error", { status: 500, text: "x 2\n" }],
    ["shows something else", { text: "<html></html>" }],
    [
      "shows too much",
      { text: Array.from({ length: 5001 }, (_, i) => `x{v="${i}"} 1`).join("\n") },
    ],
  ];
  for (const [name, page] of failures) {
    it(`of a target that ${name} is up 0, with every series stale and nothing kept of it`, async () => {
      await scrapeAt(1000, { text: "x 1\n" });
      await scrapeAt(2000, page);
      expect(kept()).toEqual({
        x: [
          [1000, 1],
          [2000, null],
        ],
        up: [
          [1000, 1],
          [2000, 0],
        ],
      });
    });
  }

  it("of a target that is not there is up 0", async () => {
    const closed = await startPageServer();
    await closed.close();
    scraper = createScraper({
      target: { url: closed.url, job: "runtime" },
      store,
      clock: { ...systemClock, now: () => 1000 },
      log: quietLog,
      timeout: 5000,
    });
    await scraper.scrape(NEVER);
    expect(kept()).toEqual({ up: [[1000, 0]] });
  });

  it("that is stopped records nothing: the server ends, the target is not down", async () => {
    await scraper.scrape(AbortSignal.abort());
    expect(kept()).toEqual({});
  });
});
