import { describe, expect, it } from "vitest";
import { generateTraffic } from "../../../src/demo/runtime/traffic.ts";
import { createSeededRandom } from "../../../src/demo/training/seeded-random.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { startPageServer } from "../../support/page-server.ts";
import { aPair } from "../../support/sample-pairs.ts";

function traffic(url: string, signal: AbortSignal): Promise<void> {
  const random = createSeededRandom("traffic");
  const every = { prediction: 1, feed: 1 };
  return generateTraffic({ url, pairs: [aPair()], random, clock: systemClock, every }, signal);
}

describe("the traffic", () => {
  it("asks for predictions and feeds, also after refusals, until it is stopped", async () => {
    const server = await startPageServer();
    server.show({ status: 503, text: "" });
    const stop = new AbortController();
    const ended = traffic(server.url, stop.signal);
    await server.answered(10);
    stop.abort();
    await ended;
    expect(new Set(server.paths())).toEqual(
      new Set(["/models/pymk/score?pair=m1001-m2002", "/feed?member=m1001"]),
    );
    await server.close();
  });

  it("is not there when it is stopped before it begins", async () => {
    const server = await startPageServer();
    await traffic(server.url, AbortSignal.abort());
    expect(server.paths()).toEqual([]);
    await server.close();
  });
});
