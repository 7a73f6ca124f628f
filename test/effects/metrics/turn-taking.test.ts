import { describe, expect, it } from "vitest";
import { createTurnTaking } from "../../../src/effects/metrics/turn-taking.ts";
import { deferred } from "../../support/deferred.ts";

const never = new AbortController().signal;

describe("taking turns", () => {
  it("lets so many in at once, and the next when one leaves, in order", async () => {
    const turns = createTurnTaking(2);
    const begun: number[] = [];
    const ends = [deferred(), deferred(), deferred(), deferred()];
    const all = ends.map(({ promise }, index) =>
      turns.take(never, () => {
        begun.push(index);
        return promise;
      }),
    );
    await Promise.resolve();
    expect(begun).toEqual([0, 1]);
    ends[1]?.resolve();
    await all[1];
    expect(begun).toEqual([0, 1, 2]);
    for (const end of ends) end.resolve();
    await Promise.all(all);
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  it("goes on when work fails", async () => {
    const turns = createTurnTaking(1);
    await expect(turns.take(never, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await turns.take(never, async () => "next")).toBe("next");
  });

  it("lets go of who gives up while waiting, and never runs its work", async () => {
    const turns = createTurnTaking(1);
    const first = deferred();
    const running = turns.take(never, () => first.promise);
    const impatient = new AbortController();
    let ran = false;
    const waiting = turns.take(impatient.signal, async () => {
      ran = true;
    });
    const last = turns.take(never, async () => "last");
    impatient.abort(new Error("too late"));
    await expect(waiting).rejects.toThrow("too late");
    first.resolve();
    await running;
    expect(await last).toBe("last");
    expect(ran).toBe(false);
  });

  it("does not let in who gave up before", async () => {
    const turns = createTurnTaking(1);
    const gone = AbortSignal.abort(new Error("gone"));
    await expect(turns.take(gone, async () => "in")).rejects.toThrow("gone");
  });
});
