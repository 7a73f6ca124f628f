import { describe, expect, it } from "vitest";
import { createBuildInbox } from "../src/build-inbox.ts";
import { createBurst } from "../src/burst.ts";
import type { RegisterBuild } from "../src/core/command.ts";
import type { ComponentState } from "../src/core/component.ts";
import { createDispatcher } from "../src/dispatcher.ts";
import { componentStream, type Ledger, Unavailable } from "../src/ledger/ledger.ts";
import { openMemoryLedger } from "../src/ledger/memory-ledger.ts";
import { deferred } from "./support/deferred.ts";
import { createFakeClock } from "./support/fake-clock.ts";
import { aFragment } from "./support/fragments.ts";
import { aPolicy } from "./support/policies.ts";
import { aBuild, NOON } from "./support/story.ts";

const COMPONENT = "model-pymk";
const LEASE = 10_000;

function build(version: string): RegisterBuild {
  const run = { id: `train/${version}`, attempt: 1, url: null };
  return { type: "RegisterBuild", component: COMPONENT, build: aBuild({ version, run }) };
}

/** An inbox that decides one build at once, and decides none before `decide` is called. */
function busyInbox(commit?: Ledger["commit"]) {
  const clock = createFakeClock(NOON);
  const ledger = openMemoryLedger({ clock });
  const { dispatch } = createDispatcher({
    ledger,
    policy: () => aPolicy(),
    clock,
    onChange: () => {},
  });
  const held = deferred();
  const burst = createBurst(clock);
  const register = createBuildInbox({
    ledger: { commit: commit ?? ((change) => ledger.commit(change)) },
    dispatch: async (command, commandIds) => {
      await held.promise;
      return dispatch(command, commandIds);
    },
    clock,
    burst,
    decidedAtOnce: 1,
  });
  const versions = async () => {
    const { state } = await ledger.load(componentStream(COMPONENT));
    return Object.values((state as ComponentState | null)?.releases ?? {}).map(
      ({ version }) => version,
    );
  };
  const claim = () => ledger.claim(["register", "register-fragment"], 10, LEASE, clock.now());
  return { register, clock, ledger, dispatch, decide: held.resolve, versions, claim };
}

describe("a build that comes while others are decided", () => {
  it("is on the disk as a job when its sender is answered, with the release that it will be", async () => {
    const { register, decide, claim } = busyInbox();
    const first = register(build("1"), ["ci:1"]);
    expect(await register(build("2"), ["ci:2"])).toEqual({
      kind: "queued",
      release: "model-pymk@2",
    });
    expect((await claim()).map(({ key, body }) => [key, body])).toEqual([
      ["register:ci:2", { kind: "register", component: COMPONENT, build: build("2").build }],
    ]);
    decide();
    expect(await first).toMatchObject({ kind: "accepted", release: "model-pymk@1" });
  });

  it("is decided in the order in which they came, one after the other", async () => {
    const { register, ledger, claim, decide } = busyInbox();
    const first = register(build("1"), ["ci:1"]);
    for (const version of ["2", "3"]) await register(build(version), [`ci:${version}`]);
    const [second, ...others] = await claim();
    expect([second?.key, others]).toEqual(["register:ci:2", []]);
    if (second === undefined) throw new Error("nothing was claimed");
    await ledger.settle(second, { kind: "done" }, null);
    expect((await claim()).map(({ key }) => key)).toEqual(["register:ci:3"]);
    decide();
    await first;
  });

  it("is a duplicate when the same delivery comes again, decided by now or not", async () => {
    const { register, dispatch, decide, versions } = busyInbox();
    const first = register(build("1"), ["ci:1"]);
    await register(build("2"), ["ci:2"]);
    const duplicate = { kind: "duplicate", release: "model-pymk@2" };
    expect(await register(build("2"), ["ci:2"])).toEqual(duplicate);
    await dispatch(build("2"), []);
    expect(await register(build("2"), ["ci:2"])).toEqual(duplicate);
    decide();
    await first;
    expect(await register(build("2"), ["ci:2"])).toEqual(duplicate);
    expect(await versions()).toEqual(["2", "1"]);
  });

  it("is on the disk as an event of a run, of which nobody knows yet what release it will be", async () => {
    const { register, decide, claim } = busyInbox();
    const first = register(build("1"), ["ci:1"]);
    const command = {
      type: "RegisterFragment",
      component: COMPONENT,
      fragment: aFragment(),
    } as const;
    expect(await register(command, ["ci:2"])).toEqual({ kind: "queued", release: null });
    expect(await register(command, ["ci:2"])).toEqual({ kind: "duplicate", release: null });
    expect((await claim()).map(({ body }) => body)).toEqual([
      { kind: "register-fragment", component: COMPONENT, fragment: command.fragment },
    ]);
    decide();
    await first;
  });

  it("does not go before those that are queued, although nothing is being decided any more", async () => {
    const { register, decide, claim } = busyInbox();
    const first = register(build("1"), ["ci:1"]);
    await register(build("2"), ["ci:2"]);
    decide();
    await first;
    expect(await register(build("3"), ["ci:3"])).toEqual({
      kind: "queued",
      release: "model-pymk@3",
    });
    expect((await claim()).map(({ key }) => key)).toEqual(["register:ci:2"]);
  });

  it("is decided at once again when the burst is over", async () => {
    const { register, clock, decide } = busyInbox();
    const first = register(build("1"), ["ci:1"]);
    await register(build("2"), ["ci:2"]);
    decide();
    await first;
    await clock.advance(50);
    expect(await register(build("3"), ["ci:3"])).toMatchObject({ kind: "accepted" });
  });

  it("is not taken where the ledger cannot take it", async () => {
    const { register, decide } = busyInbox(async () => {
      throw new Unavailable("disk full");
    });
    const first = register(build("1"), ["ci:1"]);
    await expect(register(build("2"), ["ci:2"])).rejects.toThrow(Unavailable);
    decide();
    expect(await first).toMatchObject({ kind: "accepted" });
  });
});

it("decides a build at once when few come, and tells its sender what came of it", async () => {
  const { register, decide, claim, versions } = busyInbox();
  decide();
  for (const version of ["1", "2"]) {
    expect(await register(build(version), [`ci:${version}`])).toEqual({
      kind: "accepted",
      release: `model-pymk@${version}`,
      sentence: null,
    });
  }
  expect(await claim()).toEqual([]);
  expect(await versions()).toEqual(["1", "2"]);
});
