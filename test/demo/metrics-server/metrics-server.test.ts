import { describe, expect, it } from "vitest";
import { startMetricsServer } from "../../../src/demo/metrics-server/metrics-server.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { startPageServer } from "../../support/page-server.ts";
import { quietLog } from "../../support/quiet-log.ts";

describe("the metrics server", () => {
  it("scrapes its targets again and again, answers about them, and ends when it is closed", async () => {
    const target = await startPageServer();
    target.show({ text: 'predictions_total{version="1"} 5\n' });
    const server = await startMetricsServer({
      targets: [{ url: `${target.url}/metrics`, job: "runtime" }],
      every: 5,
      port: 0,
      clock: systemClock,
      log: quietLog,
    });
    // The third request is answered only after the first two pages were read and kept.
    await target.answered(3);
    const query = new URLSearchParams({ query: "sum by (version) (predictions_total)" });
    expect(await (await fetch(`${server.url}/api/v1/query?${query}`)).json()).toMatchObject({
      data: { result: [{ metric: { version: "1" }, value: [expect.any(Number), "5"] }] },
    });
    await server.close();
    await expect(fetch(`${server.url}/-/ready`)).rejects.toThrow();
    await target.close();
  });

  it("does not start on a port that is taken", async () => {
    const taken = await startPageServer();
    const port = Number(new URL(taken.url).port);
    const options = { targets: [], every: 1000, clock: systemClock, log: quietLog };
    await expect(startMetricsServer({ ...options, port })).rejects.toThrow("EADDRINUSE");
    await taken.close();
  });
});
