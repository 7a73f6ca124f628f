import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PriorityQueue } from "../../../src/ledger/lowdb/priority-queue.ts";

interface Member {
  readonly rank: number;
}

function queueOf(members: readonly Member[]): PriorityQueue<Member> {
  const queue = new PriorityQueue<Member>((a, b) => a.rank < b.rank);
  for (const member of members) queue.add(member);
  return queue;
}

function drained(queue: PriorityQueue<Member>): readonly number[] {
  const ranks: number[] = [];
  for (let first = queue.first(); first !== undefined; first = queue.first()) {
    ranks.push(first.rank);
    queue.remove(first);
  }
  return ranks;
}

describe("a priority queue", () => {
  it("gives its members in their order, whatever was taken out of the middle", () => {
    const members = fc.array(fc.record({ rank: fc.nat(50), leaves: fc.boolean() }));
    fc.assert(
      fc.property(members, (all) => {
        const queue = queueOf(all);
        for (const member of all.filter(({ leaves }) => leaves)) queue.remove(member);
        const stay = all.filter(({ leaves }) => !leaves).map(({ rank }) => rank);
        expect(queue.size).toBe(stay.length);
        expect(drained(queue)).toEqual(stay.sort((a, b) => a - b));
      }),
    );
  });

  it("has no first member when it is empty", () => {
    expect(queueOf([]).first()).toBeUndefined();
  });

  it("says whether there was something to take out", () => {
    const member = { rank: 1 };
    const queue = queueOf([member]);
    expect(queue.remove({ rank: 1 })).toBe(false);
    expect(queue.remove(member)).toBe(true);
    expect(queue.remove(member)).toBe(false);
  });

  it("refuses a member that is in it", () => {
    const member = { rank: 1 };
    const queue = queueOf([member]);
    expect(() => queue.add(member)).toThrow("already");
  });
});
