import { describe, expect, it } from "vitest";
import type { ComponentPolicy } from "../../src/core/policy.ts";
import { aComponent, aPolicy, MINUTE } from "../support/policies.ts";
import { type Story, story } from "../support/story.ts";

const telling = (failures: ComponentPolicy["failures"]) =>
  story({ policy: aPolicy(aComponent({ failures })) });

const FAILED = { outcome: "failure" } as const;

function build(told: Story, version: string, overrides: Parameters<Story["build"]>[1] = {}) {
  told.wait(MINUTE);
  const result = told.build(version, overrides);
  const { card, messages } = told.release(version);
  if (card === undefined && messages.card === undefined) {
    told.tell({
      type: "RecordMessage",
      component: "model-pymk",
      release: told.id(version),
      key: "card",
      channel: "C1",
      ts: `${version}.0`,
    });
  }
  return result;
}

const cardOf = (told: Story, version: string) => told.release(version).messages.card?.ts;

const told_ = ({ jobs }: ReturnType<typeof build>) =>
  jobs.map(({ key, body }) => `${body.kind} ${key.split(":")[1]}`);

describe("builds that fail", () => {
  it("count up on one card, until one succeeds", () => {
    const told = telling("card");
    build(told, "1");
    expect(build(told, "2", FAILED).types).toEqual([
      "ReleaseRegistered",
      "FailureCounted",
      "GatesJudged",
      "GatesJudged",
    ]);
    const second = build(told, "3", FAILED);
    expect(second.types.slice(0, 3)).toEqual(["ReleaseRegistered", "FailureCounted", "CardMoved"]);
    expect(told_(second)).toEqual(["message model-pymk@2"]);
    build(told, "4", { outcome: "error" });
    expect(["1", "2", "3", "4"].map((version) => cardOf(told, version))).toEqual([
      "1.0",
      undefined,
      undefined,
      "2.0",
    ]);
    expect(told.release("4").failures).toEqual({ count: 3, since: "1" });
    build(told, "5");
    expect(told.release("5")).not.toHaveProperty("failures");
    build(told, "6", FAILED);
    expect(told.release("6")).toMatchObject({
      failures: { count: 1, since: "5" },
      messages: { card: { ts: "6.0" } },
    });
  });

  it("count from the first build on", () => {
    const told = telling("card");
    build(told, "1", FAILED);
    build(told, "2", FAILED);
    expect(told.release("2").failures).toEqual({ count: 2, since: null });
  });

  it("count a release that was there before and has failed since", () => {
    const told = telling("card");
    build(told, "1");
    build(told, "1", { ...FAILED, run: { id: "train/1", attempt: 2, url: null } });
    build(told, "2", FAILED);
    expect(told.release("2").failures).toEqual({ count: 2, since: null });
  });

  it("have a card of their own again when they are built anew and succeed", () => {
    const told = telling("card");
    build(told, "1", FAILED);
    build(told, "2", FAILED);
    expect(told.release("1").card).toEqual({ kind: "moved", name: "model-pymk@1" });
    const { jobs } = told.build("1", { run: { id: "train/1", attempt: 2, url: null } });
    expect(told.release("1").card).toMatchObject({
      kind: "shown",
      name: "model-pymk@1/revision/2",
    });
    expect(jobs.map(({ key }) => key)).toContain("message:model-pymk@1/revision/2:card");
  });

  it("are a line in the thread of the last release, where that is wanted", () => {
    const told = telling("thread");
    build(told, "1");
    for (const version of ["2", "3"]) {
      const result = build(told, version, FAILED);
      expect(told_(result)).toEqual(["thread model-pymk@1"]);
      expect(result.jobs[0]?.body).toMatchObject({
        release: "model-pymk@1",
        broadcast: false,
        lines: [{ fact: { event: { type: "FailureCounted", under: "model-pymk@1" } } }],
      });
      expect(told.release(version).card).toEqual({ kind: "withheld" });
    }
    expect(told.release("3").failures).toEqual({ count: 2, since: "1" });
  });

  it("are on a card where there is no release yet whose thread it could be", () => {
    const told = telling("thread");
    build(told, "1", FAILED);
    build(told, "2", FAILED);
    expect(cardOf(told, "2")).toBe("1.0");
  });

  it("are in the ledger only, where nobody is to be told, and have a card again once that changes", () => {
    const told = telling("none");
    build(told, "1");
    expect(told_(build(told, "2", FAILED))).toEqual([]);
    told.setPolicy(aPolicy(aComponent({ failures: "card" })));
    build(told, "3", FAILED);
    expect(told.release("3")).toMatchObject({
      failures: { count: 2, since: "1" },
      messages: { card: { ts: "3.0" } },
    });
  });
});
