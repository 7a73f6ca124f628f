import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Client } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { openEmbeddedLedger } from "../../../src/ledger/lowdb/open-embedded-ledger.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { answersOf, filledFolder } from "../../support/moved-ledger.ts";
import { someoneWaits } from "../../support/postgres-faults.ts";
import { postgresLedgers } from "../../support/postgres-ledger.ts";
import { postgresServer } from "../../support/postgres-server.ts";
import { runSlipway } from "../../support/run-slipway.ts";

const server = postgresServer();
const MAIN = join(import.meta.dirname, "../../../src/main.ts");

const MOVED = `                       folder   database
streams                     4          4
events                     37         37
archived releases          33         33
pending jobs                6          6
dead jobs                   2          2
command ids                38         38
whole: 37 events in 3 streams
`;

/** Makes whoever writes into a table wait, until it is called. */
async function holdingUp(url: string, table: string): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  await client.query(`begin; lock table ${table} in exclusive mode`);
  return async () => {
    await client.query("rollback");
  };
}

describe("slipway migrate", () => {
  it("moves a folder into the database that --to names, and says what to do next", async () => {
    const { directory } = await filledFolder();
    const { url } = postgresLedgers(server);
    const argv = ["migrate", "--from", `lowdb:${directory}`, "--to", await url()];
    const { exitCode, out, err } = await runSlipway(argv);
    expect([exitCode, err]).toEqual([0, ""]);
    expect(out).toContain(MOVED);
    expect(out).toContain("Now start Slipway with DATABASE_URL");
    const again = await runSlipway(argv.slice(0, 3), { DATABASE_URL: await url() });
    expect(again).toMatchObject({ exitCode: 0, out: expect.stringContaining("was moved here at") });
    const verified = await runSlipway(["audit", "verify"], { DATABASE_URL: await url() });
    expect(verified.out).toBe("whole: 37 events in 3 streams\n");
  });

  it("killed in the middle goes on where it was when it is run again", async () => {
    const { directory } = await filledFolder();
    const { open, url } = postgresLedgers(server);
    const ledger = await open();
    await ledger.close();
    const letGo = await holdingUp(await url(), "slipway.archived_releases");
    const argv = ["migrate", "--from", `lowdb:${directory}`];
    const DATABASE_URL = await url();
    const child = spawn(process.execPath, [MAIN, ...argv], { env: { DATABASE_URL } });
    await someoneWaits(DATABASE_URL);
    child.kill("SIGKILL");
    await once(child, "close");
    await letGo();
    const refused = await runSlipway(["audit", "verify"], { DATABASE_URL });
    expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining("is being moved") });
    const { exitCode, out } = await runSlipway(argv, { DATABASE_URL });
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^goes on where it was interrupted: events, 37 done\n/);
    expect(out).toContain(MOVED);
    const source = await openEmbeddedLedger({ directory, clock: systemClock });
    expect(await answersOf(await open())).toEqual(await answersOf(source));
    await source.close();
  });

  const to = "postgresql://slipway:hunter2@127.0.0.1:1/slipway";
  const refusals: readonly (readonly [string, readonly string[], string])[] = [
    ["without --from", ["--to", to], "there is no --from lowdb:DIR, and no --to lowdb:DIR"],
    ["with --from another database", ["--from", to, "--to", to], "goes by pg_dump and pg_restore"],
    ["without a database", ["--from", "lowdb:./data"], "there is no --to, and no DATABASE_URL"],
    ["back without a database", ["--to", "lowdb:./new"], "there is no --from, and no DATABASE_URL"],
    ["to a folder", ["--from", "lowdb:a", "--to", "lowdb:b"], "goes by slipway backup"],
    ["to elsewhere", ["--from", "lowdb:a", "--to", "mysql://x:hunter2@y"], "mysql://… is neither"],
    ["from nowhere", ["--from", "lowdb:./nowhere", "--to", to], "there is no ledger in ./nowhere"],
    [
      "into a database with files of one",
      ["--from", "lowdb:a", "--to", to, "--exported", "events.jsonl"],
      "--exported is for a move out of a database",
    ],
  ];
  it.each(refusals)("%s fails, says why, and shows no password", async (_how, flags, why) => {
    const { exitCode, err } = await runSlipway(["migrate", ...flags]);
    expect([exitCode, err]).toEqual([1, expect.stringContaining(why)]);
    expect(err).not.toContain("hunter2");
  });

  it("to a database that does not answer fails, and shows no password", async () => {
    const { directory } = await filledFolder();
    const argv = ["migrate", "--from", `lowdb:${directory}`, "--to", to];
    const { exitCode, err } = await runSlipway(argv);
    expect([exitCode, err]).toEqual([1, expect.stringContaining("cannot be reached")]);
    expect(err).not.toContain("hunter2");
  });
});
