import { describe, expect, it } from "vitest";
import type { Beat, Replica, ReplicaReport } from "../src/ledger/replicas.ts";
import { createReplicaWatch, RELOAD_TAKES } from "../src/replica-watch.ts";
import { createTelemetry } from "../src/shared/telemetry.ts";
import { captureLogs } from "./support/captured-logger.ts";
import { createFakeClock } from "./support/fake-clock.ts";

const BEAT = 5_000;
const OLD = "0ld000000000";
const NEW = "9ew111111111";

function aReplica(host: string, overrides: Partial<Replica> = {}): Replica {
  const known = { version: "1.0.0", schema: 1, configuration: OLD, configuredFor: 0 };
  return { id: `id-${host}`, host, ...known, ...overrides };
}

/** This replica, which is `one`, and the others as the test says. */
function watching(first: readonly Replica[]) {
  const clock = createFakeClock();
  const { logger, lines } = captureLogs();
  const telemetry = createTelemetry();
  const reports: ReplicaReport[] = [];
  let outdated = 0;
  let configuration = OLD;
  let answer: Beat | Error = { live: first, outdated: false };
  const watch = createReplicaWatch({
    replicas: {
      beat: async (report) => {
        reports.push(report);
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    report: () => ({ host: "one", version: "1.0.0", configuration }),
    clock,
    logger,
    telemetry,
    onOutdated: () => {
      outdated += 1;
    },
  });
  return {
    watch,
    clock,
    lines,
    reports,
    outdated: () => outdated,
    configure: (digest: string) => {
      configuration = digest;
      watch.configured();
    },
    next: async (beat: Beat | Error) => {
      answer = beat;
      await clock.advance(BEAT);
    },
    metric: async (name: string) => {
      const text = await telemetry.registry.getSingleMetricAsString(name);
      return text.split("\n").filter((line) => line.startsWith(`${name}{`));
    },
    start: async () => {
      watch.start();
      await clock.advance(0);
    },
  };
}

const AGREE: Beat = { live: [aReplica("one"), aReplica("two")], outdated: false };

function differFor(milliseconds: number): Beat {
  const two = aReplica("two", { configuration: NEW, configuredFor: milliseconds });
  return { live: [aReplica("one", { configuredFor: 3_600_000 }), two], outdated: false };
}

describe("replicas", () => {
  it("say that they live, again and again, and at once when their configuration has changed", async () => {
    const { start, clock, reports, configure } = watching(AGREE.live);
    await start();
    await clock.advance(BEAT);
    expect(reports.map(({ configuration }) => configuration)).toEqual([OLD, OLD]);
    configure(NEW);
    await clock.advance(0);
    expect(reports.at(-1)).toEqual({ host: "one", version: "1.0.0", configuration: NEW });
    expect(reports).toHaveLength(3);
  });

  it("of one configuration have nothing to warn of", async () => {
    const { start, watch, metric, lines } = watching(AGREE.live);
    await start();
    expect(watch.warnings()).toEqual([]);
    expect(lines.map(({ level }) => level)).toEqual(["info"]);
    expect(await metric("slipway_replicas")).toEqual([
      'slipway_replicas{state="same-configuration"} 2',
      'slipway_replicas{state="other-configuration"} 0',
    ]);
  });

  it("of different configurations are no news for as long as a reload takes", async () => {
    const { start, next, watch, metric } = watching(AGREE.live);
    await start();
    await next(differFor(RELOAD_TAKES - 1));
    expect(watch.warnings()).toEqual([]);
    expect(await metric("slipway_replicas")).toEqual([
      'slipway_replicas{state="same-configuration"} 1',
      'slipway_replicas{state="other-configuration"} 1',
    ]);
  });

  it("that go on differing say so, once in the log, until they agree", async () => {
    const { start, next, watch, lines } = watching(AGREE.live);
    await start();
    for (const seconds of [40, 45, 50]) await next(differFor(seconds * 1_000));
    const sentence =
      `replicas run with different configurations since 50 s: ${OLD} on one; ${NEW} on two. ` +
      "Give all of them the same files; SIGHUP makes one read them again";
    expect(watch.warnings()).toEqual([sentence]);
    const warned = lines.filter(({ level }) => level === "warn");
    expect(warned).toMatchObject([
      { msg: "replicas differ", why: expect.stringContaining("40 s") },
    ]);
    await next(AGREE);
    expect(watch.warnings()).toEqual([]);
    expect(lines.at(-1)?.msg).toBe("the replicas agree again");
  });

  it("are told apart by the two that have differed longest, whoever else comes and goes", async () => {
    const { start, next, watch } = watching(AGREE.live);
    await start();
    const third = aReplica("three", { configuration: "third", configuredFor: 1_000 });
    await next({ live: [...differFor(60_000).live, third], outdated: false });
    expect(watch.warnings()).toEqual([expect.stringContaining("since 60 s")]);
  });

  it("of different versions are shown, and not warned of", async () => {
    const { start, next, watch, metric, lines } = watching(AGREE.live);
    await start();
    await next({ live: [aReplica("one"), aReplica("two", { version: "1.1.0" })], outdated: false });
    expect(watch.warnings()).toEqual([]);
    expect(await metric("slipway_replica_info")).toEqual([
      `slipway_replica_info{replica="id-one",host="one",version="1.0.0",schema="1",configuration="${OLD}"} 1`,
      `slipway_replica_info{replica="id-two",host="two",version="1.1.0",schema="1",configuration="${OLD}"} 1`,
    ]);
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ["info", "replicas"],
      ["info", "replicas"],
    ]);
  });

  it("that cannot ask for each other keep what they know, and ask again", async () => {
    const { start, next, watch } = watching(differFor(60_000).live);
    await start();
    await next(new Error("the database is away"));
    expect(watch.warnings()).toHaveLength(1);
    await next(AGREE);
    expect(watch.warnings()).toEqual([]);
  });

  it("of an older version are told once that a newer one has taken over", async () => {
    const { start, next, outdated, watch, clock, reports } = watching(AGREE.live);
    await start();
    expect(outdated()).toBe(0);
    await next({ ...AGREE, outdated: true });
    await next({ ...AGREE, outdated: true });
    expect(outdated()).toBe(1);
    await watch.stop();
    const before = reports.length;
    await clock.advance(60_000);
    expect(reports).toHaveLength(before);
  });
});
