import { describe, expect, it } from "vitest";
import type { ComponentState } from "../src/core/component.ts";
import { componentStream, type Ledger, Unavailable } from "../src/ledger/ledger.ts";
import { MemoryRecords, openMemoryLedger } from "../src/ledger/memory-ledger.ts";
import { createLiveReleases } from "../src/live-releases.ts";
import { createTelemetry } from "../src/shared/telemetry.ts";
import { captureLogs } from "./support/captured-logger.ts";
import { createFakeClock } from "./support/fake-clock.ts";
import { aCommit, nextCommit } from "./support/ledger-samples.ts";
import { storyLive, storyWatching } from "./support/story.ts";

const PYMK = componentStream("model-pymk");

/** A replica that only shows, and another one that writes. */
function twoReplicas(
  change: (ledger: Ledger) => Pick<Ledger, "versions" | "load"> = (ledger) => ledger,
) {
  const clock = createFakeClock();
  const records = new MemoryRecords();
  const writer = openMemoryLedger({ clock, records });
  const telemetry = createTelemetry();
  const { logger, lines } = captureLogs();
  const reader = change(openMemoryLedger({ clock, records }));
  const live = createLiveReleases({ ledger: reader, telemetry, clock, logger });
  const shown = async () => {
    await live.refresh();
    const { values } = await telemetry.releaseInfo.get();
    return values.map(({ labels, value }) => [labels.environment, labels.version, value]);
  };
  const record = async (state: ComponentState) => {
    const { version } = await writer.load(PYMK);
    await writer.commit(nextCommit(PYMK, version, aCommitOf(state)));
  };
  return { clock, shown, record, lines };
}

function aCommitOf(state: ComponentState) {
  const [write] = nextCommit(PYMK, 0).writes;
  if (write === undefined) throw new Error("a next commit writes");
  return { ...aCommit(), writes: [{ ...write, state }] };
}

describe("slipway_release_info", () => {
  it("shows what is live, also where another replica made it so, and not what was", async () => {
    const { shown, record } = twoReplicas();
    expect(await shown()).toEqual([]);
    await record(storyLive().state());
    expect(await shown()).toEqual([
      ["staging", "1", 1],
      ["production", "1", 1],
    ]);
    const rolledBack = storyWatching();
    rolledBack.watch("2", "production", "failure");
    await record(rolledBack.state());
    expect(await shown()).toEqual([
      ["staging", "2", 1],
      ["production", "1", 1],
    ]);
  });

  it("reads a state only when it has moved", async () => {
    let loads = 0;
    const { shown, record } = twoReplicas((ledger) => ({
      versions: () => ledger.versions(),
      load: (stream) => {
        loads += 1;
        return ledger.load(stream);
      },
    }));
    await record(storyLive().state());
    await shown();
    await shown();
    expect(loads).toBe(1);
  });

  it("stays as it was while the ledger cannot be read, and says so in the log", async () => {
    let away = false;
    const { shown, record, lines } = twoReplicas((ledger) => ({
      versions: () => (away ? Promise.reject(new Unavailable("it is away")) : ledger.versions()),
      load: (stream) => ledger.load(stream),
    }));
    await record(storyLive().state());
    const before = await shown();
    away = true;
    expect(await shown()).toEqual(before);
    expect(lines).toMatchObject([{ level: "warn", error: "it is away" }]);
  });

  it("does not hold up a scrape when the ledger does not answer", async () => {
    const { clock, shown } = twoReplicas((ledger) => ({
      versions: () => new Promise(() => {}),
      load: (stream) => ledger.load(stream),
    }));
    const scraped = shown();
    await clock.sleeperIn(3_000);
    await clock.advance(3_000);
    expect(await scraped).toEqual([]);
  });
});
