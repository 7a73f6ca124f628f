import { describe, expect, it } from "vitest";
import { SCHEMA } from "../../../src/ledger/schema.ts";
import type { LedgerSetUp } from "./set-up.ts";

export function describeReplicas(setUp: LedgerSetUp): void {
  describe("who works on it", () => {
    it("is this process, for as long as it has it open, and with what it says of itself", async () => {
      const store = setUp();
      const ledger = await store.open();
      const report = { host: "here", version: "1.0.0", configuration: "a" };
      await ledger.replicas.beat(report);
      await store.clock.advance(5_000);
      const { live, outdated } = await ledger.replicas.beat(report);
      const id = live[0]?.id;
      expect(live).toEqual([{ ...report, id, schema: SCHEMA, configuredFor: 5_000 }]);
      expect(outdated).toBe(false);

      const again = await store.reopen();
      const { live: after } = await again.replicas.beat({ ...report, configuration: "b" });
      expect(after.map(({ configuration }) => configuration)).toEqual(["b"]);
      expect(after[0]?.id).not.toBe(id);
    });
  });
}
