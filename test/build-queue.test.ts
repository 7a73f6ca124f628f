import { describe, expect, it } from "vitest";
import { createBuildQueue } from "../src/build-queue.ts";
import type { RegisterBuild } from "../src/core/command.ts";
import { type Commit, type Ledger, Unavailable } from "../src/ledger/ledger.ts";
import { openMemoryLedger } from "../src/ledger/memory-ledger.ts";
import { deferred } from "./support/deferred.ts";
import { createFakeClock } from "./support/fake-clock.ts";
import { aBuild, NOON } from "./support/story.ts";

function build(version: string, component = "model-pymk"): RegisterBuild {
  return { type: "RegisterBuild", component, build: aBuild({ version }) };
}

/** A queue, and the commits that it made. */
function aQueue(before: (commit: Commit) => Promise<void> = async () => {}) {
  const clock = createFakeClock(NOON);
  const ledger: Ledger = openMemoryLedger({ clock });
  const commits: (readonly string[])[] = [];
  const queue = createBuildQueue({
    clock,
    ledger: {
      async commit(commit) {
        commits.push(commit.commandIds);
        await before(commit);
        return ledger.commit(commit);
      },
    },
  });
  const queued = async () =>
    (await ledger.claim(["register"], 1_000, 10_000, clock.now())).map(({ key }) => key);
  return { queue, commits, queued };
}

describe("builds that come at once", () => {
  it("are one commit, in the order in which they came", async () => {
    const { queue, commits, queued } = aQueue();
    const answers = ["a", "b", "c"].map((name) => queue.add(build("1", name), [`ci:${name}`]));
    expect(await Promise.all(answers)).toEqual(["queued", "queued", "queued"]);
    expect(commits).toEqual([["ci:a", "ci:b", "ci:c"]]);
    expect(await queued()).toEqual(["register:ci:a", "register:ci:b", "register:ci:c"]);
  });

  it("share the next commit when they come while one is under way", async () => {
    const held = deferred();
    const begun = deferred();
    const { queue, commits } = aQueue(async ({ commandIds }) => {
      begun.resolve();
      if (commandIds.includes("ci:1")) await held.promise;
    });
    const first = queue.add(build("1"), ["ci:1"]);
    await begun.promise;
    const others = ["2", "3"].map((version) => queue.add(build(version), [`ci:${version}`]));
    held.resolve();
    await Promise.all([first, ...others]);
    expect(commits).toEqual([["ci:1"], ["ci:2", "ci:3"]]);
  });

  it("are several commits when they are more than 64", async () => {
    const { queue, commits, queued } = aQueue();
    const names = Array.from({ length: 130 }, (_, n) => `m${n}`);
    await Promise.all(names.map((name) => queue.add(build("1", name), [`ci:${name}`])));
    expect(commits.map((ids) => ids.length)).toEqual([64, 64, 2]);
    expect(await queued()).toEqual(names.map((name) => `register:ci:${name}`));
  });

  it("are kept although one of them is known already, which alone is a duplicate", async () => {
    const { queue, queued } = aQueue();
    await queue.add(build("2"), ["ci:2"]);
    const answers = ["1", "2", "3"].map((version) =>
      queue.add(build(version, `m${version}`), [`ci:${version}`]),
    );
    expect(await Promise.all(answers)).toEqual(["queued", "duplicate", "queued"]);
    expect(await queued()).toEqual(["register:ci:2", "register:ci:1", "register:ci:3"]);
  });

  it("are queued once when they are the same delivery", async () => {
    const { queue, queued } = aQueue();
    const answers = [1, 2].map(() => queue.add(build("1"), ["ci:1"]));
    expect(await Promise.all(answers)).toEqual(["queued", "duplicate"]);
    expect(await queued()).toEqual(["register:ci:1"]);
  });
});

describe("a ledger that takes nothing", () => {
  it("refuses all that share a commit, and those that come later are tried anew", async () => {
    let full = true;
    const { queue } = aQueue(async () => {
      if (full) throw new Unavailable("disk full");
    });
    const answers = ["1", "2"].map((version) => queue.add(build(version), [`ci:${version}`]));
    const settled = await Promise.allSettled(answers);
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    full = false;
    expect(await queue.add(build("1"), ["ci:1"])).toBe("queued");
  });
});
