import { describe, expect, it } from "vitest";
import { measureProcess } from "../src/measure-process.ts";
import { createTelemetry } from "../src/shared/telemetry.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const READY = { ready: true, reasons: [], warnings: [] };
const DOWN = { ready: false, reasons: ["Slack: it cannot be reached"], warnings: ["a channel"] };

async function scrape(parts: Partial<Parameters<typeof measureProcess>[1]>) {
  const telemetry = createTelemetry();
  const all = { readiness: () => READY, intakeReadiness: () => READY, dataPath: null, ...parts };
  await measureProcess(telemetry, all);
  const lines = (await telemetry.registry.metrics()).split("\n");
  return {
    telemetry,
    of: (name: string) => lines.filter((line) => line.startsWith(name)),
  };
}

describe("what is looked at when metrics are scraped", () => {
  it("whether it is ready", async () => {
    const { of } = await scrape({});
    expect(of("slipway_ready{")).toEqual([
      'slipway_ready{of="all"} 1',
      'slipway_ready{of="intake"} 1',
    ]);
    expect(of("slipway_readiness_warnings")).toEqual(["slipway_readiness_warnings 0"]);
  });

  it("that it is not, that intake is all the same, and how many warnings there are", async () => {
    const { of } = await scrape({ readiness: () => DOWN });
    expect(of("slipway_ready{")).toEqual([
      'slipway_ready{of="all"} 0',
      'slipway_ready{of="intake"} 1',
    ]);
    expect(of("slipway_readiness_warnings")).toEqual(["slipway_readiness_warnings 1"]);
  });

  it("which version runs", async () => {
    const { of } = await scrape({});
    expect(of("slipway_info{")).toEqual([
      expect.stringMatching(/^slipway_info\{version="\d+\.\d+\.\d+"\} 1$/),
    ]);
  });

  it("the room on the disk of the embedded ledger", async () => {
    const { of } = await scrape({ dataPath: temporaryFolder() });
    const [free = "", size = ""] = [
      ...of("slipway_data_free_bytes"),
      ...of("slipway_data_size_bytes"),
    ];
    const bytes = (line: string) => Number(line.split(" ")[1]);
    expect(bytes(free)).toBeGreaterThan(0);
    expect(bytes(size)).toBeGreaterThanOrEqual(bytes(free));
  });

  it("no disk where the ledger is in a database", async () => {
    const { of } = await scrape({ dataPath: null });
    expect([...of("slipway_data_free_bytes"), ...of("slipway_data_size_bytes")]).toEqual([]);
  });

  it("no room where the folder cannot be looked at, rather than what it was before", async () => {
    const folder = temporaryFolder();
    const { telemetry } = await scrape({ dataPath: folder });
    const parts = { readiness: () => READY, intakeReadiness: () => READY };
    await measureProcess(telemetry, { ...parts, dataPath: `${folder}/gone` });
    expect(await telemetry.registry.metrics()).not.toMatch(/^slipway_data_free_bytes /m);
  });
});
