import { describe, expect, it } from "vitest";
import { createAuditAnswer } from "../src/audit-answer.ts";
import type { Ledger } from "../src/ledger/ledger.ts";
import { openMemoryLedger } from "../src/ledger/memory-ledger.ts";
import { createFakeClock } from "./support/fake-clock.ts";
import { FEED, NOON, nextCommit, PYMK } from "./support/ledger-samples.ts";

async function ledgerWith(events: number): Promise<Ledger> {
  const ledger = openMemoryLedger({ clock: createFakeClock(NOON) });
  for (let version = 0; version < events; version += 1) {
    await ledger.commit(nextCommit(FEED, version, { at: NOON + version }));
    await ledger.commit(nextCommit(PYMK, version, { at: NOON + version }));
  }
  return ledger;
}

async function answer(
  ledger: Pick<Ledger, "load" | "read" | "anchors">,
  before: number | null = null,
) {
  const { blocks } = await createAuditAnswer(ledger)({ component: "svc-feed", before });
  const text = JSON.stringify(blocks);
  const numbers = [...text.matchAll(/• (\d+) · /g)].map(([, number]) => Number(number));
  return { text, newest: numbers[0], oldest: numbers.at(-1), shown: numbers.length };
}

describe("/release audit", () => {
  it("shows the newest of what is recorded of the component, and a page at a time", async () => {
    const ledger = await ledgerWith(30);
    const first = await answer(ledger);
    expect(first).toMatchObject({ newest: 30, oldest: 6, shown: 25 });
    expect(first.text).toContain("The hash chain is whole: 30 events");
    expect(first.text).toContain("/release audit svc-feed before 6");
    expect(first.text).toContain("svc-feed@30.0.0");
    expect(first.text).not.toContain("model-pymk");
    const second = await answer(ledger, 6);
    expect(second).toMatchObject({ newest: 5, oldest: 1, shown: 5 });
    expect(second.text).toContain("There are no earlier ones.");
  });

  it("says of what it has never heard that nothing is recorded", async () => {
    expect((await answer(await ledgerWith(0))).text).toContain("Nothing has been recorded");
  });

  it("says where the record was changed", async () => {
    const ledger = await ledgerWith(3);
    const changed = {
      load: (stream: string) => ledger.load(stream),
      anchors: () => ledger.anchors(),
      async *read(query: Parameters<Ledger["read"]>[0]) {
        for await (const event of ledger.read(query)) {
          yield event.version === 2 ? { ...event, at: event.at + 1 } : event;
        }
      },
    };
    expect((await answer(changed)).text).toContain("The hash chain is broken");
  });
});
