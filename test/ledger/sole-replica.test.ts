import { expect, it } from "vitest";
import { soleReplica } from "../../src/ledger/sole-replica.ts";
import { createFakeClock } from "../support/fake-clock.ts";

it("a ledger of one process has one replica, which knows for how long it has had its configuration", async () => {
  const clock = createFakeClock();
  const replicas = soleReplica(clock, 1);
  const report = { host: "here", version: "1.0.0", configuration: "a" };
  await replicas.beat(report);
  await clock.advance(5_000);
  expect(await replicas.beat(report)).toEqual({
    live: [{ ...report, id: expect.any(String), schema: 1, configuredFor: 5_000 }],
    outdated: false,
  });
  const changed = await replicas.beat({ ...report, configuration: "b" });
  expect(changed.live.map(({ configuredFor }) => configuredFor)).toEqual([0]);
});
