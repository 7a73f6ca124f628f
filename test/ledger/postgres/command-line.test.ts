import { expect, it } from "vitest";
import { FEED, nextCommit } from "../../support/ledger-samples.ts";
import { postgresLedgers } from "../../support/postgres-ledger.ts";
import { postgresServer } from "../../support/postgres-server.ts";
import { runSlipway } from "../../support/run-slipway.ts";

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
