import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openEmbeddedLedger } from "../src/ledger/lowdb/open-embedded-ledger.ts";
import { programVersion } from "../src/program-version.ts";
import { systemClock } from "../src/shared/clock.ts";
import { ENVIRONMENT, SMALLEST } from "./support/configurations.ts";
import { aJob, claimAll, FEED, NOON, nextCommit, PYMK } from "./support/ledger-samples.ts";
import { runSlipway } from "./support/run-slipway.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const ENV = ENVIRONMENT as Readonly<Record<string, string>>;

function configured(text: string): string {
  const path = join(temporaryFolder(), "slipway.yml");
  writeFileSync(path, text);
  return path;
}

describe("slipway", () => {
  it.each([[["help"]], [["--help"]], [["-h"]]])("%s lists the commands", async (argv) => {
    const { exitCode, out } = await runSlipway(argv);
    expect(exitCode).toBe(0);
    for (const command of [
      "serve",
      "check",
      "simulate",
      "report",
      "audit",
      "jobs",
      "migrate",
      "backup",
      "demo",
    ]) {
      expect(out).toMatch(new RegExp(`^ {2}${command} `, "m"));
    }
  });

  it("without a command shows the same, and fails", async () => {
    const { exitCode, err } = await runSlipway([]);
    expect([exitCode, err]).toEqual([1, (await runSlipway(["help"])).out]);
  });

  it.each([
    ["deploy", 'slipway: there is no command "deploy"; slipway help lists them\n'],
    ["chek", 'slipway: there is no command "chek"; did you mean slipway check?\n'],
  ])("says of %s that there is none", async (command, err) => {
    expect(await runSlipway([command])).toEqual({ exitCode: 1, out: "", err });
  });

  it.each([
    [["check", "--confg", "slipway.yml"], "slipway check: Unknown option '--confg'"],
    [["serve", "--port", "3"], "slipway serve: Unknown option '--port'"],
  ])("says where the options of a command are to be seen: %j", async (argv, err) => {
    expect(await runSlipway(argv, ENV)).toEqual({
      exitCode: 1,
      out: "",
      err: `${err}; slipway help lists what it takes\n`,
    });
  });

  it("says which version it is", async () => {
    const { exitCode, out } = await runSlipway(["--version"]);
    expect([exitCode, out]).toEqual([0, `${programVersion()}\n`]);
  });

  it("says of a folder that it cannot use whose it was to be", async () => {
    const file = configured(SMALLEST);
    const settings = { SLIPWAY_CONFIG: file, SLIPWAY_DATA: file };
    const tokens = { SLACK_BOT_TOKEN: "xoxb-1", SLACK_APP_TOKEN: "xapp-1" };
    const { exitCode, err } = await runSlipway(["serve"], { ...ENV, ...tokens, ...settings });
    expect(exitCode).toBe(1);
    expect(err).toContain(`SLIPWAY_DATA: ${file} cannot be used as the folder of the ledger (`);
    expect(err).toContain("name a folder that this user may write to");
  });
});

describe("slipway check", () => {
  it("says what a valid configuration holds", async () => {
    const path = configured(SMALLEST);
    expect(await runSlipway(["check", "--config", path], ENV)).toEqual({
      exitCode: 0,
      out: `${path}: valid; 1 component, 1 source, 1 deployer, 0 metrics sources\n`,
      err: "",
    });
  });

  it("takes the file that SLIPWAY_CONFIG names", async () => {
    const { exitCode } = await runSlipway(["check"], {
      ...ENV,
      SLIPWAY_CONFIG: configured(SMALLEST),
    });
    expect(exitCode).toBe(0);
  });

  it("names every problem with its place", async () => {
    const broken = SMALLEST.replace("kind: service", "kind: servise").replace(
      "use: run",
      "use: rum",
    );
    const path = configured(broken);
    const { exitCode, out } = await runSlipway(["check", "--config", path], ENV);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/slipway\.yml:8:\d+ components\.svc-feed\.kind: .*\bservice\b/);
    expect(out).toMatch(/slipway\.yml:12:\d+ .*deploy\.use: .*\brun\b/);
    expect(out).toContain("2 problems");
  });

  it("refuses a flag that it does not have", async () => {
    const { exitCode, err } = await runSlipway(["check", "--confg", "x"], ENV);
    expect(exitCode).toBe(1);
    expect(err).toContain("--confg");
  });
});

describe("slipway serve", () => {
  it("without tokens lists what is missing and names the demo, one problem a line", async () => {
    const { exitCode, err } = await runSlipway(["serve"]);
    expect(exitCode).toBe(1);
    expect(err).toContain("slipway serve: ");
    expect(err).toContain("SLACK_BOT_TOKEN");
    expect(err).toContain("npm run demo");
  });

  it("says that the database cannot be reached, without its password", async () => {
    const { exitCode, err } = await runSlipway(["audit", "verify"], {
      DATABASE_URL: "postgresql://slipway:hunter2@127.0.0.1:1/slipway",
    });
    expect(exitCode).toBe(1);
    expect(err).toContain("DATABASE_URL: PostgreSQL cannot be reached: ");
    expect(err).not.toContain("hunter2");
  });
});

describe("slipway audit", () => {
  /** A ledger of three events in two streams, closed again. */
  async function recorded(): Promise<Readonly<Record<string, string>>> {
    const directory = join(temporaryFolder(), "data");
    const ledger = await openEmbeddedLedger({ directory, clock: systemClock });
    await ledger.commit(nextCommit(FEED, 0));
    await ledger.commit(nextCommit(PYMK, 0, { at: NOON + 60_000 }));
    await ledger.commit(nextCommit(FEED, 1, { at: NOON + 120_000 }));
    await ledger.close();
    return { SLIPWAY_DATA: directory };
  }

  it("verify says that the chain is whole", async () => {
    expect(await runSlipway(["audit", "verify"], await recorded())).toEqual({
      exitCode: 0,
      out: "whole: 3 events in 2 streams\n",
      err: "",
    });
  });

  it("export writes one event a line, in the order in which they were recorded", async () => {
    const { exitCode, out } = await runSlipway(["audit", "export"], await recorded());
    const lines = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(exitCode).toBe(0);
    expect(lines.map(({ position, stream }) => [position, stream])).toEqual([
      [1, FEED],
      [2, PYMK],
      [3, FEED],
    ]);
  });

  it.each([
    [["--component", "model-pymk"], [2]],
    [
      ["--since", "2026-11-22T12:01:00Z"],
      [2, 3],
    ],
    [["--component", "svc-feed", "--since", "2026-11-22T12:01:00Z"], [3]],
    [["--component", "svc-nothing"], []],
  ])("export %j leaves the others out", async (flags, positions) => {
    const { out } = await runSlipway(["audit", "export", ...flags], await recorded());
    const lines = out.split("\n").filter((line) => line !== "");
    expect(lines.map((line) => JSON.parse(line).position)).toEqual(positions);
  });

  it("says how a time is written", async () => {
    const { exitCode, err } = await runSlipway(["audit", "export", "--since", "yesterday"]);
    expect([exitCode, err]).toEqual([
      1,
      "slipway audit: --since yesterday: write a time such as 2026-11-22T09:00:00Z\n",
    ]);
  });

  it("says what it can do", async () => {
    const { exitCode, err } = await runSlipway(["audit", "repair"]);
    expect(exitCode).toBe(1);
    expect(err).toContain("audit export");
  });

  it("does not read a folder on which the bot works", async () => {
    const env = await recorded();
    const ledger = await openEmbeddedLedger({
      directory: env.SLIPWAY_DATA ?? "",
      clock: systemClock,
    });
    const { exitCode, err } = await runSlipway(["audit", "verify"], env);
    await ledger.close();
    expect(exitCode).toBe(1);
    expect(err).toContain("another process");
  });
});

describe("slipway backup", () => {
  it("copies the ledger, in use, and says what the copy holds", async () => {
    const folder = temporaryFolder();
    const ledger = await openEmbeddedLedger({ directory: folder, clock: systemClock });
    await ledger.commit(nextCommit(FEED, 0));
    await ledger.commit(nextCommit(PYMK, 0));
    const copy = join(temporaryFolder(), "copy");
    expect(await runSlipway(["backup", copy], { SLIPWAY_DATA: folder })).toEqual({
      exitCode: 0,
      out: `${copy}: 2 events in 2 streams, whole\n`,
      err: "",
    });
    await ledger.close();
    const verified = await runSlipway(["audit", "verify"], { SLIPWAY_DATA: copy });
    expect(verified.out).toBe("whole: 2 events in 2 streams\n");
  });

  it("refuses what is no folder of a ledger, or a full folder to copy into", async () => {
    const empty = temporaryFolder();
    expect((await runSlipway(["backup", join(empty, "copy")], { SLIPWAY_DATA: empty })).err).toBe(
      `slipway backup: ${empty} holds no ledger\n`,
    );
    expect((await runSlipway(["backup"], { SLIPWAY_DATA: empty })).err).toContain("FOLDER");
  });

  it("says what to do where the ledger is in PostgreSQL", async () => {
    const { exitCode, err } = await runSlipway(["backup", "copy"], {
      DATABASE_URL: "postgresql://slipway:password@db.acme.test/slipway",
    });
    expect([exitCode, err]).toEqual([1, expect.stringContaining("pg_dump")]);
  });
});

describe("slipway jobs", () => {
  it("says how many there are, and which were given up, and why", async () => {
    const folder = temporaryFolder();
    const ledger = await openEmbeddedLedger({ directory: folder, clock: systemClock });
    const jobs = [aJob({ runAt: 1 }), aJob({ component: "model-pymk", runAt: 1 })];
    await ledger.commit(nextCommit(FEED, 0, { jobs }));
    const claims = await claimAll(ledger);
    const held = claims.find(({ key }) => key === "review:svc-feed");
    if (held === undefined) throw new Error("the job was not claimed");
    await ledger.settle(held, { kind: "dead", error: "the channel is gone" }, null);
    await ledger.close();
    const { exitCode, out } = await runSlipway(["jobs"], { SLIPWAY_DATA: folder });
    expect(exitCode).toBe(0);
    const [counts, ...dead] = out.trimEnd().split("\n");
    expect(counts).toMatch(/^1 due, the oldest for \d+ s; 0 later; 0 under way; 1 given up$/);
    expect(dead).toEqual([
      expect.stringMatching(
        /^20.*Z review review:svc-feed of component\/svc-feed, after 1 try: the channel is gone$/,
      ),
    ]);
  });

  it("takes no arguments", async () => {
    expect((await runSlipway(["jobs", "all"])).err).toContain("takes no arguments");
  });
});
