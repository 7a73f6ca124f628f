import { describe, expect, it } from "vitest";
import { createArtifactStore } from "../../../src/demo/artifacts/artifact-store.ts";
import type { ComponentHost } from "../../../src/demo/runtime/component-host.ts";
import { createDeployments } from "../../../src/demo/runtime/deployments.ts";
import { digestOf } from "../../../src/demo/training/model-file.ts";
import type { Clock } from "../../../src/shared/clock.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const BYTES = "weights";
const REQUEST = {
  app: "model-pymk",
  version: "2",
  environment: "staging",
  artifact: "artifacts/model-pymk/2/model.json",
  digest: digestOf(BYTES),
};
const instantClock: Clock = { ...systemClock, sleep: async () => {} };

/** A host that remembers what was installed, and can be told to fail. */
function recordingHost(failWith?: string): ComponentHost & { readonly installed: string[] } {
  const installed: string[] = [];
  return {
    installed,
    version: () => installed.at(-1) ?? null,
    install: async ({ version }) => {
      if (failWith !== undefined) throw new Error(failWith);
      installed.push(version);
    },
    close: async () => {},
  };
}

async function world({
  host = recordingHost(),
  clock = instantClock,
  stop = new AbortController(),
} = {}) {
  const artifacts = createArtifactStore(temporaryFolder());
  for (const version of ["1", "2", "3"]) {
    await artifacts.put({ component: "model-pymk", version, file: "model.json" }, BYTES);
  }
  const done: object[] = [];
  const deployments = createDeployments({
    environment: "staging",
    hosts: { "model-pymk": host },
    artifacts,
    clock,
    deployTime: { pending: 1, running: 1 },
    signal: stop.signal,
    onDone: (what) => done.push(what),
  });
  return { host, deployments, done, stop };
}

function version(number: string) {
  const artifact = `artifacts/model-pymk/${number}/model.json`;
  return { ...REQUEST, version: number, artifact };
}

describe("a deployment", () => {
  it("is pending, then installs the artifact, and is done", async () => {
    const { host, deployments, done } = await world();
    expect(deployments.start("key-1", REQUEST)).toEqual({
      kind: "started",
      deployment: {
        ...{ id: "staging-1", key: "key-1", app: "model-pymk", version: "2" },
        ...{ status: "pending", message: "waiting for a place" },
      },
    });
    await deployments.settled();
    expect(deployments.find("staging-1")).toMatchObject({
      status: "done",
      message: "model-pymk 2 serves staging",
    });
    expect(deployments.byKey("key-1")).toEqual(deployments.find("staging-1"));
    expect(host.installed).toEqual(["2"]);
    expect(done).toEqual([{ component: "model-pymk", version: "2", before: null }]);
  });

  it("with the same key is the same deployment, whatever the weight", async () => {
    const { host, deployments } = await world();
    deployments.start("key-1", { ...REQUEST, weight: "100" });
    await deployments.settled();
    expect(deployments.start("key-1", { ...REQUEST, weight: 5 })).toEqual({
      kind: "known",
      deployment: deployments.find("staging-1"),
    });
    await deployments.settled();
    expect(host.installed).toEqual(["2"]);
  });

  it("with the key of another deployment is refused", async () => {
    const { deployments } = await world();
    deployments.start("key-1", REQUEST);
    expect(deployments.start("key-1", version("3"))).toEqual({
      kind: "refused",
      status: 409,
      why: "the key key-1 was used for another deployment",
    });
  });

  it("waits for the one before it of the same component: the last to arrive serves", async () => {
    const { host, deployments, done } = await world();
    for (const number of ["1", "2", "3"]) deployments.start(`key-${number}`, version(number));
    await deployments.settled();
    expect(host.installed).toEqual(["1", "2", "3"]);
    expect(done.at(-1)).toEqual({ component: "model-pymk", version: "3", before: "2" });
  });

  it("of bytes with another digest fails and installs nothing", async () => {
    const { host, deployments, done } = await world();
    deployments.start("key-1", { ...REQUEST, digest: digestOf("others") });
    await deployments.settled();
    expect(deployments.find("staging-1")).toMatchObject({
      status: "failed",
      message: expect.stringContaining("has the digest"),
    });
    expect([host.installed, done]).toEqual([[], []]);
  });

  it("that cannot serve fails with the reason, and the next one runs", async () => {
    const { deployments, done } = await world({ host: recordingHost("it does not start") });
    deployments.start("key-1", REQUEST);
    deployments.start("key-2", REQUEST);
    await deployments.settled();
    expect(deployments.find("staging-2")).toMatchObject({
      status: "failed",
      message: "it does not start",
    });
    expect(done).toEqual([]);
  });

  it("under way when the runtime stops has failed", async () => {
    const { host, deployments, stop } = await world();
    deployments.start("key-1", REQUEST);
    stop.abort();
    await deployments.settled();
    expect(deployments.find("staging-1")).toMatchObject({
      status: "failed",
      message: "the runtime was stopped",
    });
    expect(host.installed).toEqual([]);
  });

  const refused: readonly (readonly [string, string | undefined, unknown, string])[] = [
    ["without a key", undefined, REQUEST, "the header idempotency-key is missing"],
    ["without a body", "key-1", undefined, "expected object"],
    ["without a digest", "key-1", { ...REQUEST, digest: "" }, "digest is not sha256:"],
    ["of a name only", "key-1", { ...REQUEST, artifact: "" }, "artifact is needed"],
    ["with an unknown field", "key-1", { ...REQUEST, replicas: 3 }, "replicas"],
    ["of an app that does not run here", "key-1", { ...REQUEST, app: "toString" }, '"toString"'],
    [
      "into another environment",
      "key-1",
      { ...REQUEST, environment: "production" },
      "this is staging",
    ],
  ];
  for (const [name, key, body, why] of refused) {
    it(`${name} is refused`, async () => {
      const { host, deployments } = await world();
      expect(deployments.start(key, body)).toEqual({
        kind: "refused",
        status: 400,
        why: expect.stringContaining(why),
      });
      await deployments.settled();
      expect(host.installed).toEqual([]);
    });
  }

  it("that was never started is not found", async () => {
    const { deployments } = await world();
    expect([deployments.find("staging-9"), deployments.byKey("key-9")]).toEqual([null, null]);
  });
});
