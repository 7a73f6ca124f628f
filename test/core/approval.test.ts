import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateApproval } from "../../src/core/approval.ts";
import type { ApprovalRule } from "../../src/core/policy.ts";
import type { Approval } from "../../src/core/promotion.ts";

const given = (...people: readonly string[]): readonly Approval[] =>
  people.map((id) => ({ by: { kind: "person", id, name: id }, at: 0, digest: "d" }));
const rule = (from: readonly string[], count = 1): ApprovalRule => ({ from, count });
const DIRECTORY = { "@leads": ["U1", "U2"], "@sre": ["U2", "U3"], "@down": null, "@empty": [] };

describe("approval rules", () => {
  it.each([
    ["no rule is met by nobody", [], [], true, "every approval rule is met"],
    ["one of the group is enough", [rule(["@leads"])], ["U1"], true, "every approval rule is met"],
    ["somebody else is not", [rule(["@leads"])], ["U9"], false, "0 of 1 from @leads"],
    [
      "each rule needs somebody of its own",
      [rule(["@leads"]), rule(["@sre"])],
      ["U2"],
      false,
      "0 of 1 from @sre",
    ],
    [
      "whoever is in both groups is used where they are needed",
      [rule(["@leads"]), rule(["@sre"])],
      ["U2", "U1"],
      true,
      "every approval rule is met",
    ],
    [
      "principals of one rule are alternatives",
      [rule(["@leads", "@sre"], 2)],
      ["U1", "U3"],
      true,
      "every approval rule is met",
    ],
    [
      "a rule that names nobody is never met",
      [rule([])],
      ["U1"],
      false,
      "nobody can approve: the rule names no one",
    ],
    [
      "an empty group is never met",
      [rule(["@empty"])],
      ["U1"],
      false,
      "nobody can approve: there is nobody in @empty",
    ],
    [
      "a group that Slack cannot read is never met",
      [rule(["@down"])],
      ["U1"],
      false,
      "nobody can approve now: Slack could not say who @down is",
    ],
    [
      "a principal that was never resolved counts for nobody",
      [rule(["@other"])],
      ["U1"],
      false,
      "nobody can approve now: Slack could not say who @other is",
    ],
    [
      "one that can be read is enough",
      [rule(["@down", "@sre"])],
      ["U3"],
      true,
      "every approval rule is met",
    ],
    [
      "a count that the group can never reach is said",
      [rule(["@leads"], 3)],
      ["U1"],
      false,
      "1 of 3 from @leads; it can never be met: only 2 can approve",
    ],
  ] as const)("%s", (_name, rules, people, met, sentence) => {
    const result = evaluateApproval(rules, given(...people), DIRECTORY, []);
    expect({ met: result.met, sentence: result.sentence }).toEqual({ met, sentence });
  });

  it("never counts the excluded, and says when that makes a rule impossible", () => {
    const result = evaluateApproval([rule(["@leads"], 2)], given("U1", "U2"), DIRECTORY, ["U1"]);
    expect(result).toMatchObject({
      met: false,
      ignored: ["U1"],
      rules: [{ counted: ["U2"], eligible: ["U2"] }],
      sentence: "1 of 2 from @leads; it can never be met: only 1 can approve",
    });
  });

  it("ignores approvals that no person gave", () => {
    const approval: Approval = { by: { kind: "system", name: "slipway" }, at: 0, digest: "d" };
    expect(evaluateApproval([rule(["@leads"])], [approval], DIRECTORY, []).met).toBe(false);
  });

  it("uses as many approvals as any assignment could (against trying them all)", () => {
    const people = ["U1", "U2", "U3", "U4"];
    const group = fc.subarray(people);
    fc.assert(
      fc.property(
        fc.array(fc.record({ members: group, count: fc.integer({ min: 1, max: 2 }) }), {
          maxLength: 3,
        }),
        fc.shuffledSubarray(people),
        (groups, approvers) => {
          const directory = Object.fromEntries(groups.map(({ members }, i) => [`@g${i}`, members]));
          const rules = groups.map(({ count }, i) => rule([`@g${i}`], count));
          const seats = groups.flatMap(({ members, count }) =>
            Array.from({ length: count }, () => members),
          );
          const result = evaluateApproval(rules, given(...approvers), directory, []);
          const used = result.rules.flatMap(({ counted }) => counted);
          expect(new Set(used).size).toBe(used.length);
          expect(result.met).toBe(canFill(seats, approvers));
        },
      ),
    );
  });
});

/** Whether every seat can be filled by a different approver: by trying every way. */
function canFill(seats: readonly (readonly string[])[], approvers: readonly string[]): boolean {
  const [seat, ...rest] = seats;
  if (seat === undefined) return true;
  return approvers.some(
    (person) =>
      seat.includes(person) &&
      canFill(
        rest,
        approvers.filter((other) => other !== person),
      ),
  );
}
