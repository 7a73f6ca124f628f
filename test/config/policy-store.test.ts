import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Configuration } from "../../src/config/configuration.ts";
import type { Environment } from "../../src/config/environment.ts";
import { fileReaders } from "../../src/config/file-readers.ts";
import {
  createPolicyStore,
  type PolicyStore,
  SETTLING_TIME,
} from "../../src/config/policy-store.ts";
import { type WatchFolder, watchFolder } from "../../src/config/watch-folder.ts";
import { watchedFolders } from "../../src/config/watched-folders.ts";
import type { Clock } from "../../src/shared/clock.ts";
import { ConfigError } from "../../src/shared/errors.ts";
import { captureLogs } from "../support/captured-logger.ts";
import { ENVIRONMENT, REPORT_SECRET, SMALLEST } from "../support/configurations.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { memoryFiles } from "../support/memory-files.ts";

const MOVED = SMALLEST.replace("channel: releases", "channel: shipping");
const WRONG = SMALLEST.replace("channel: releases", "chanel: shipping");

function openStore(text = SMALLEST, environment: Environment = ENVIRONMENT) {
  const files = memoryFiles({ "slipway.yml": text, "report.secret": `${REPORT_SECRET}\n` });
  const clock = createFakeClock();
  const { logger, lines } = captureLogs();
  const watchers = new Set<{ changed: () => void; failed: (error: Error) => void }>();
  const store = createPolicyStore({
    path: "slipway.yml",
    environment,
    readers: files,
    clock,
    logger,
    watchFolder: (_folder, changed, failed) => {
      const watcher = { changed, failed };
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  });
  return {
    store,
    clock,
    lines,
    watchers,
    write: (content: string) => files.files.set("slipway.yml", content),
    remove: () => files.files.delete("slipway.yml"),
    announce: () => {
      for (const { changed } of [...watchers]) changed();
    },
  };
}

function channel(store: PolicyStore): string {
  return store.policy().slack.channel;
}

describe("the policy store", () => {
  it("does not begin with a configuration that is not valid", () => {
    expect(() => openStore(WRONG)).toThrow(ConfigError);
  });

  it("begins with a secret that a file holds", () => {
    const { store } = openStore(SMALLEST, { SLIPWAY_REPORT_SECRET_FILE: "report.secret" });
    expect(store.current().secrets).toContain(REPORT_SECRET);
  });

  it("takes a new configuration over when the file changes, and tells of it", async () => {
    const { store, clock, write, announce, lines } = openStore();
    const told: string[] = [];
    store.onChange(({ policy }) => told.push(policy.slack.channel));
    store.start();
    write(MOVED);
    announce();
    announce();
    expect(clock.sleeping()).toEqual([SETTLING_TIME]);
    expect(channel(store)).toBe("releases");
    await clock.advance(SETTLING_TIME);
    expect([channel(store), store.current().policy.slack.channel]).toEqual([
      "shipping",
      "shipping",
    ]);
    expect(told).toEqual(["shipping"]);
    expect(lines).toEqual([
      { level: "info", msg: "configuration reloaded", components: ["svc-feed"] },
    ]);
  });

  it("refuses a wrong one whole, says so, and keeps the old one", async () => {
    const { store, clock, write, announce, lines } = openStore();
    const told: unknown[] = [];
    store.onChange((configuration) => told.push(configuration));
    store.start();
    write(WRONG);
    announce();
    await clock.advance(SETTLING_TIME);
    expect(channel(store)).toBe("releases");
    expect(told).toEqual([]);
    expect(store.lastProblem()).toBe(
      "the configuration was refused, the one before stays: slipway.yml:1:1 slack.channel: is missing; write a text (and 1 more)",
    );
    expect(lines).toEqual([
      {
        level: "error",
        msg: "configuration refused, the one before stays",
        problems: [
          "slipway.yml:1:1 slack.channel: is missing; write a text",
          "slipway.yml:1:10 slack.chanel: unknown key; did you mean channel?",
        ],
      },
    ]);

    write(MOVED);
    announce();
    await clock.advance(SETTLING_TIME);
    expect([channel(store), store.lastProblem()]).toEqual(["shipping", null]);
  });

  it("a file that is gone is a problem until it is back", async () => {
    const { store, clock, write, announce, remove } = openStore();
    store.start();
    remove();
    announce();
    await clock.advance(SETTLING_TIME);
    expect([channel(store), store.lastProblem()]).toEqual([
      "releases",
      expect.stringContaining("slipway.yml: there is no such file"),
    ]);
    write(SMALLEST);
    announce();
    await clock.advance(SETTLING_TIME);
    expect(store.lastProblem()).toBeNull();
  });

  it("does nothing when something else in the folder changed", async () => {
    const { store, clock, announce, lines } = openStore();
    const told: unknown[] = [];
    store.onChange((configuration) => told.push(configuration));
    store.start();
    announce();
    await clock.advance(SETTLING_TIME);
    expect([told, lines]).toEqual([[], []]);
  });

  it("reads again on demand, changed or not", () => {
    const { store, write } = openStore();
    const told: Configuration[] = [];
    const forget = store.onChange((configuration) => told.push(configuration));
    store.reload();
    expect(told).toHaveLength(1);
    write(MOVED);
    store.reload();
    expect(channel(store)).toBe("shipping");
    forget();
    store.reload();
    expect(told).toHaveLength(2);
  });

  it("notices what changed before it began to watch", () => {
    const { store, write } = openStore();
    write(MOVED);
    store.start();
    expect(channel(store)).toBe("shipping");
  });

  it("hears nothing any more after it was stopped, even of a change on its way", async () => {
    const { store, clock, write, announce, watchers } = openStore();
    store.start();
    write(MOVED);
    announce();
    store.stop();
    await clock.advance(SETTLING_TIME);
    expect([channel(store), watchers.size, clock.sleeping()]).toEqual(["releases", 0, []]);
  });

  it("one listener that fails does not keep the others from being told", () => {
    const { store, lines } = openStore();
    const told: unknown[] = [];
    store.onChange(() => {
      throw new Error("no room");
    });
    store.onChange((configuration) => told.push(configuration));
    store.reload();
    expect(told).toHaveLength(1);
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ["info", "configuration reloaded"],
      ["error", "a listener failed on the new configuration"],
    ]);
  });

  it("logs warnings", () => {
    const { lines } = openStore(SMALLEST.replace("    intake: [{ source: ci }]\n", ""));
    expect(lines).toEqual([
      {
        level: "warn",
        msg: "configuration warnings",
        warnings: [
          "slipway.yml:7:3 components.svc-feed: has no intake, so no source may report its builds",
        ],
      },
    ]);
  });

  it("says when a folder cannot be watched, and goes on", () => {
    const { logger, lines } = captureLogs();
    const refused: WatchFolder = () => {
      throw new Error("ENOSPC: no watches left");
    };
    const store = createPolicyStore({
      path: "slipway.yml",
      environment: ENVIRONMENT,
      readers: memoryFiles({ "slipway.yml": SMALLEST }),
      clock: createFakeClock(),
      logger,
      watchFolder: refused,
    });
    store.start();
    expect(lines).toEqual([
      {
        level: "warn",
        msg: "configuration folder is not watched; send SIGHUP to reload",
        folder: ".",
        reason: "ENOSPC: no watches left",
      },
    ]);
    store.stop();
  });
});

describe("on a real file system", () => {
  const cleanups: (() => void)[] = [];
  afterEach(() => {
    for (const cleanup of cleanups.splice(0)) cleanup();
  });

  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), "slipway-config-"));
    cleanups.push(() => rmSync(path, { recursive: true, force: true }));
    return path;
  }

  /** Waits for the event, not for a time. */
  function nextChannel(path: string, change: () => void): Promise<string> {
    const immediately: Clock = {
      now: () => 0,
      monotonic: () => 0,
      sleep: () => new Promise((resolve) => setImmediate(resolve)),
    };
    const store = createPolicyStore({
      path,
      environment: ENVIRONMENT,
      readers: fileReaders,
      clock: immediately,
      logger: captureLogs().logger,
      watchFolder,
    });
    cleanups.push(() => store.stop());
    // A change of a folder is only heard while the process lives: this timer keeps it alive.
    const alive = setInterval(() => undefined, 1000);
    cleanups.push(() => clearInterval(alive));
    return new Promise((resolve) => {
      store.onChange(({ policy }) => resolve(policy.slack.channel));
      store.start();
      change();
    });
  }

  it("a file that is written in place", async () => {
    const file = join(folder(), "slipway.yml");
    writeFileSync(file, SMALLEST);
    expect(await nextChannel(file, () => writeFileSync(file, MOVED))).toBe("shipping");
  });

  it("a file that another one is renamed onto, as editors do", async () => {
    const path = folder();
    const file = join(path, "slipway.yml");
    writeFileSync(file, SMALLEST);
    const change = () => {
      writeFileSync(join(path, ".slipway.yml.tmp"), MOVED);
      renameSync(join(path, ".slipway.yml.tmp"), file);
    };
    expect(await nextChannel(file, change)).toBe("shipping");
  });

  /** Lays a folder out as Kubernetes mounts a ConfigMap. */
  function configMap(content: string): { path: string; swap: (next: string) => void } {
    const path = folder();
    const version = (name: string, text: string) => {
      mkdirSync(join(path, name));
      writeFileSync(join(path, name, "slipway.yml"), text);
    };
    version("..v1", content);
    symlinkSync("..v1", join(path, "..data"));
    symlinkSync("..data/slipway.yml", join(path, "slipway.yml"));
    const swap = (next: string) => {
      version("..v2", next);
      symlinkSync("..v2", join(path, "..data_tmp"));
      renameSync(join(path, "..data_tmp"), join(path, "..data"));
      rmSync(join(path, "..v1"), { recursive: true });
    };
    return { path, swap };
  }

  it("a file of a ConfigMap whose link is swapped", async () => {
    const { path, swap } = configMap(SMALLEST);
    expect(await nextChannel(join(path, "slipway.yml"), () => swap(MOVED))).toBe("shipping");
  });

  it("a folder that is a ConfigMap", async () => {
    const { path, swap } = configMap(SMALLEST);
    expect(await nextChannel(path, () => swap(MOVED))).toBe("shipping");
  });

  it("a file that is added to a folder", async () => {
    const path = folder();
    writeFileSync(join(path, "a.yml"), SMALLEST.replace("slack: { channel: releases }", ""));
    writeFileSync(join(path, "slack.yml"), "slack: { channel: releases }\n");
    const change = () => {
      rmSync(join(path, "slack.yml"));
      writeFileSync(join(path, "chat.yml"), "slack: { channel: shipping }\n");
    };
    expect(await nextChannel(path, change)).toBe("shipping");
  });

  it("watches where the path is and where it leads", () => {
    const path = folder();
    const target = folder();
    writeFileSync(join(target, "real.yml"), SMALLEST);
    symlinkSync(join(target, "real.yml"), join(path, "slipway.yml"));
    expect(watchedFolders(join(path, "slipway.yml"))).toEqual([path, target]);
    expect(watchedFolders(join(path, "none.yml"))).toEqual([path]);
  });
});
