import { describe, expect, it } from "vitest";
import type { Change } from "../src/core/change.ts";
import type { ComponentCommand, SystemCommand } from "../src/core/command.ts";
import { type ComponentState, emptyComponent } from "../src/core/component.ts";
import type { Claim } from "../src/core/job.ts";
import { createDispatcher } from "../src/dispatcher.ts";
import { verifyLedger } from "../src/ledger/audit.ts";
import { componentStream, type Ledger, Unavailable } from "../src/ledger/ledger.ts";
import { openMemoryLedger } from "../src/ledger/memory-ledger.ts";
import { createFakeClock } from "./support/fake-clock.ts";
import { aFragment } from "./support/fragments.ts";
import { aCommit, aWrite } from "./support/ledger-samples.ts";
import { aPolicy } from "./support/policies.ts";
import { aBuild, DIRECTORY, LEA, NOON } from "./support/story.ts";

const COMPONENT = "model-pymk";
const STREAM = componentStream(COMPONENT);

function register(version: string): ComponentCommand {
  const run = { id: `train/${version}`, attempt: 1, url: null };
  return { type: "RegisterBuild", component: COMPONENT, build: aBuild({ version, run }) };
}

/** A dispatcher on an in-memory ledger; a test may meddle before each commit. */
function dispatching(meddle: (ledger: Ledger) => Promise<void> = async () => {}) {
  const clock = createFakeClock(NOON);
  const ledger = openMemoryLedger({ clock });
  const changes: Change[] = [];
  const dispatcher = createDispatcher({
    ledger: {
      load: (stream) => ledger.load(stream),
      archivedRelease: (stream, release) => ledger.archivedRelease(stream, release),
      settle: (claim, settlement, commit) => ledger.settle(claim, settlement, commit),
      async commit(commit) {
        await meddle(ledger);
        return ledger.commit(commit);
      },
    },
    policy: () => aPolicy(),
    clock,
    onChange: (change) => changes.push(change),
  });
  const state = async () => (await ledger.load(STREAM)).state as ComponentState | null;
  return { ...dispatcher, clock, ledger, changes, state };
}

/** Another writer records something in the component's stream. */
async function moveStream(ledger: Ledger): Promise<void> {
  const { version, state } = await ledger.load(STREAM);
  const count = version + 1;
  const write = aWrite({
    stream: STREAM,
    count,
    state: (state as ComponentState | null) ?? emptyComponent(COMPONENT),
  });
  await ledger.commit(aCommit({ expect: [{ stream: STREAM, version }], writes: [write] }));
}

describe("dispatching a command", () => {
  it("records events, state and jobs as one, and tells of it afterwards", async () => {
    const { dispatch, ledger, changes, state } = dispatching();
    expect(await dispatch(register("1"), ["delivery:1"])).toMatchObject({
      kind: "accepted",
      release: "model-pymk@1",
    });
    expect(Object.keys((await state())?.releases ?? {})).toEqual(["model-pymk@1"]);
    expect((await ledger.jobs(NOON)).ready).toBeGreaterThan(0);
    expect(changes.map(({ events }) => events[0]?.type)).toEqual(["ReleaseRegistered"]);
  });

  it("says duplicate for a command that is known by its id, and records nothing", async () => {
    const { dispatch, ledger, changes } = dispatching();
    await dispatch(register("1"), ["delivery:1"]);
    const { version } = await ledger.load(STREAM);
    expect(await dispatch(register("2"), ["delivery:1"])).toEqual({
      kind: "duplicate",
      release: "model-pymk@2",
    });
    expect((await ledger.load(STREAM)).version).toBe(version);
    expect(changes).toHaveLength(1);
  });

  it("says duplicate for the same fact by another delivery", async () => {
    const { dispatch } = dispatching();
    await dispatch(register("1"), ["delivery:1"]);
    expect(await dispatch(register("1"), ["delivery:2"])).toMatchObject({ kind: "duplicate" });
  });

  it("says duplicate for an event of a run that was known, and who reported it is its cause", async () => {
    const { dispatch, ledger } = dispatching();
    const command = {
      type: "RegisterFragment",
      component: COMPONENT,
      fragment: aFragment(),
    } as const;
    expect(await dispatch(command, ["delivery:1"])).toMatchObject({
      kind: "accepted",
      release: null,
    });
    expect(await dispatch(command, ["delivery:1"])).toEqual({ kind: "duplicate", release: null });
    expect(await dispatch(command, ["delivery:2"])).toEqual({ kind: "duplicate", release: null });
    const events: unknown[] = [];
    for await (const { by, event } of ledger.read({ stream: STREAM, since: null })) {
      events.push([by.name, event.type]);
    }
    expect(events).toEqual([["lineage", "RunReported"]]);
  });

  it("remembers no id of what was refused: it may be tried again", async () => {
    const { dispatch } = dispatching();
    const approve: ComponentCommand = {
      type: "Approve",
      component: COMPONENT,
      person: LEA,
      directory: DIRECTORY,
      release: "model-pymk@1",
      environment: "production",
      digest: "none",
    };
    for (const _try of [1, 2]) {
      expect(await dispatch(approve, ["click:1"])).toMatchObject({ kind: "refused" });
    }
  });

  it("decides again when another writer was faster, on what is there then", async () => {
    let moves = 1;
    const { dispatch, changes } = dispatching(async (ledger) => {
      if (moves-- > 0) await moveStream(ledger);
    });
    expect(await dispatch(register("1"), [])).toMatchObject({ kind: "accepted" });
    expect(changes).toHaveLength(1);
  });

  it("gives up when that does not end, as a store that cannot take it", async () => {
    const { dispatch, changes } = dispatching(moveStream);
    await expect(dispatch(register("1"), [])).rejects.toThrow(Unavailable);
    expect(changes).toEqual([]);
  });

  it("all at once on one component: every one is recorded, once", async () => {
    const { dispatch, state, ledger } = dispatching();
    const versions = Array.from({ length: 20 }, (_unused, index) => `${index + 1}`);
    await Promise.all(versions.map((version) => dispatch(register(version), [])));
    expect(Object.keys((await state())?.releases ?? {}).sort()).toEqual(
      versions.map((version) => `model-pymk@${version}`).sort(),
    );
    expect(await verifyLedger(ledger)).toMatchObject({ kind: "whole" });
  });
});

describe("settling a job", () => {
  async function claimed(dispatched: ReturnType<typeof dispatching>): Promise<Claim> {
    await dispatched.dispatch(register("1"), []);
    const [claim] = await dispatched.ledger.claim(["operation.start"], 1, 1_000, NOON);
    if (claim === undefined) throw new Error("nothing is to be deployed");
    return claim;
  }

  it("records what its result changes together with its end", async () => {
    const dispatched = dispatching();
    const claim = await claimed(dispatched);
    const report: SystemCommand = {
      type: "ReportOperation",
      component: COMPONENT,
      key: claim.key,
      report: { kind: "succeeded", detail: null },
    };
    expect(await dispatched.settle(claim, { kind: "done" }, report)).toBe("settled");
    expect(dispatched.changes.at(-1)?.events.map(({ type }) => type)).toContain("DeploySucceeded");
  });

  it("leaves a job that is done with a report which is refused, so that what was reported is not lost", async () => {
    const dispatched = dispatching();
    const claim = await claimed(dispatched);
    const unknown = { ...register("2"), component: "svc-none" } as SystemCommand;
    expect(await dispatched.settle(claim, { kind: "done" }, unknown)).toMatchObject({
      code: "unknown_component",
    });
    const error = "refused";
    expect(await dispatched.settle(claim, { kind: "dead", error }, unknown)).toBe("settled");
    expect((await dispatched.ledger.jobs(NOON)).dead).toBe(1);
  });

  it("registers a build in the commit that ends the job, and one that is known ends it alone", async () => {
    const dispatched = dispatching();
    const claim = await claimed(dispatched);
    const build = register("2") as SystemCommand;
    const before = dispatched.changes.length;
    expect(await dispatched.settle(claim, { kind: "done" }, build)).toBe("settled");
    expect(dispatched.changes.slice(before).flatMap(({ events }) => events)[0]?.type).toBe(
      "ReleaseRegistered",
    );
    expect(await dispatched.settle(claim, { kind: "done" }, build)).toBe("fenced");
  });

  it("drops the result of a claim that somebody else holds by now", async () => {
    const dispatched = dispatching();
    const claim = await claimed(dispatched);
    await dispatched.clock.advance(2_000);
    await dispatched.ledger.claim(["operation.start"], 1, 1_000, dispatched.clock.now());
    expect(await dispatched.settle(claim, { kind: "done" }, null)).toBe("fenced");
  });
});
