import { describe, expect, it } from "vitest";
import type { Beat, ReplicaReport } from "../../../src/ledger/replicas.ts";
import { SCHEMA } from "../../../src/ledger/schema.ts";
import { aCommit, aJob } from "../../support/ledger-samples.ts";
import { postgresLedgers } from "../../support/postgres-ledger.ts";
import { postgresServer } from "../../support/postgres-server.ts";

const server = postgresServer();

function report(host: string, configuration = "a"): ReplicaReport {
  return { host, version: "1.0.0", configuration };
}

function seen({ live }: Beat) {
  return live.map(({ host, configuration, configuredFor }) => [host, configuration, configuredFor]);
}

describe("the replicas on one database", () => {
  it("see each other, with what each says of itself", async () => {
    const { replica } = postgresLedgers(server);
    const [one, other] = [await replica(), await replica({ schema: SCHEMA + 1 })];
    await one.replicas.beat(report("one"));
    const { live, outdated } = await other.replicas.beat(report("other"));
    const id = expect.any(String);
    const common = { version: "1.0.0", configuration: "a", configuredFor: 0 };
    expect(live).toHaveLength(2);
    expect(live).toEqual(
      expect.arrayContaining([
        { id, host: "one", schema: SCHEMA, ...common },
        { id, host: "other", schema: SCHEMA + 1, ...common },
      ]),
    );
    expect(outdated).toBe(false);
  });

  it("know since when each has had its configuration, by the clock of the database", async () => {
    const { replica, clock } = postgresLedgers(server);
    const ledger = await replica();
    await ledger.replicas.beat(report("one", "a"));
    await clock.advance(10_000);
    expect(seen(await ledger.replicas.beat(report("one", "a")))).toEqual([["one", "a", 10_000]]);
    await clock.advance(5_000);
    expect(seen(await ledger.replicas.beat(report("one", "b")))).toEqual([["one", "b", 0]]);
  });

  it("miss who has died after a while, and who has closed at once", async () => {
    const { replica, clock } = postgresLedgers(server);
    const [one, dead, closed] = [await replica(), await replica(), await replica()];
    await dead.replicas.beat(report("dead"));
    await closed.replicas.beat(report("closed"));
    await closed.close();
    await clock.advance(15_000);
    expect(seen(await one.replicas.beat(report("one")))).toEqual([
      ["dead", "a", 15_000],
      ["one", "a", 0],
    ]);
    await clock.advance(6_000);
    expect(seen(await one.replicas.beat(report("one")))).toEqual([["one", "a", 6_000]]);
    // It was only stopped for a while.
    expect(seen(await dead.replicas.beat(report("dead")))).toHaveLength(2);
  });

  it("learn that a newer version has written, without having met what it wrote", async () => {
    const { replica } = postgresLedgers(server);
    const [older, newer] = [await replica(), await replica({ schema: SCHEMA + 1 })];
    expect(await older.replicas.beat(report("older"))).toMatchObject({ outdated: false });
    await newer.commit(aCommit({ jobs: [aJob()] }));
    expect(await older.replicas.beat(report("older"))).toMatchObject({ outdated: true });
    expect(older.health()).toMatchObject({ ok: false });
    expect(await newer.replicas.beat(report("newer"))).toMatchObject({ outdated: false });
  });
});
