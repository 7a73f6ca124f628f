import { describe, expect, it } from "vitest";
import { countedDeployer } from "../../../src/effects/deployers/counted-deployer.ts";
import { AdapterError } from "../../../src/shared/errors.ts";
import { createTelemetry } from "../../../src/shared/telemetry.ts";
import { createFakeDeployer } from "../../support/fake-deployer.ts";
import { operationInput } from "../../support/operation-input.ts";

const { signal } = new AbortController();

function setUp() {
  const fake = createFakeDeployer();
  const telemetry = createTelemetry();
  const counts = async () => {
    const { values } = await telemetry.deployerCalls.get();
    return values.map(({ labels, value }) => `${labels.call} ${labels.outcome} ${value}`);
  };
  return { fake, deployer: countedDeployer(fake, telemetry), counts };
}

describe("a counted deployer", () => {
  it("is the same deployer", async () => {
    const { fake, deployer } = setUp();
    const { name, every, timeout, endsInStart } = fake;
    expect(deployer).toMatchObject({ name, every, timeout, endsInStart });
    const { handle } = await deployer.start(operationInput(), false, signal);
    fake.answer({ kind: "succeeded", detail: null });
    expect(await deployer.observe(operationInput(), handle, signal)).toEqual({
      kind: "succeeded",
      detail: null,
    });
    await deployer.stop(operationInput(), handle, signal);
    expect(fake.stops()).toEqual([handle]);
  });

  it("counts each call that was answered", async () => {
    const { deployer, counts } = setUp();
    const { handle } = await deployer.start(operationInput(), false, signal);
    await deployer.observe(operationInput(), handle, signal);
    await deployer.observe(operationInput(), handle, signal);
    await deployer.stop(operationInput(), handle, signal);
    expect(await counts()).toEqual(["start ok 1", "observe ok 2", "stop ok 1"]);
  });

  it("counts one that failed, and lets it fail", async () => {
    const { fake, deployer, counts } = setUp();
    fake.refuseStarts(new AdapterError("no", { retryable: true }));
    await expect(deployer.start(operationInput(), false, signal)).rejects.toThrow("no");
    expect(await counts()).toEqual(["start error 1"]);
  });
});
