import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ENVIRONMENT, SMALLEST } from "../../support/configurations.ts";
import { FEED, nextCommit } from "../../support/ledger-samples.ts";
import { postgresLedgers } from "../../support/postgres-ledger.ts";
import { postgresServer } from "../../support/postgres-server.ts";
import { runSlipway } from "../../support/run-slipway.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const server = postgresServer();

it("slipway audit reads the ledger that DATABASE_URL names, while others have it open", async () => {
  const { open, url } = postgresLedgers(server);
  const ledger = await open();
  await ledger.commit(nextCommit(FEED, 0));
  await ledger.commit(nextCommit(FEED, 1));
  const environment = { DATABASE_URL: await url() };
  expect(await runSlipway(["audit", "verify"], environment)).toEqual({
    exitCode: 0,
    out: "whole: 2 events in 1 streams\n",
    err: "",
  });
  const { out } = await runSlipway(["audit", "export"], environment);
  expect(out.trimEnd().split("\n")).toHaveLength(2);
});

it("slipway simulate reads it too, and changes nothing", async () => {
  const { open, url } = postgresLedgers(server);
  const ledger = await open();
  await ledger.commit(nextCommit(FEED, 0));
  const configuration = join(temporaryFolder(), "slipway.yml");
  writeFileSync(configuration, SMALLEST);
  const asked = ["simulate", "--component", "svc-feed", "--environment", "production"];
  const environment = { ...ENVIRONMENT, DATABASE_URL: await url(), SLIPWAY_CONFIG: configuration };
  const { exitCode, err } = await runSlipway(asked, environment as Record<string, string>);
  expect([exitCode, err]).toEqual([0, ""]);
  expect((await runSlipway(["audit", "verify"], { DATABASE_URL: await url() })).out).toBe(
    "whole: 1 events in 1 streams\n",
  );
});
