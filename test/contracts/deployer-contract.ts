import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OperationInput } from "../../src/core/job.ts";
import type { Deployer } from "../../src/effects/deployers/deployer.ts";
import { AdapterError } from "../../src/shared/errors.ts";
import { failureOf } from "../support/adapter-failure.ts";

/** A deployer, and the deployment system that it drives, in the hands of the test. */
export interface DeployerHarness {
  readonly deployer: Deployer;
  /** An operation that this system can run. */
  readonly input: OperationInput;
  /** Something that must never be seen in an error. */
  readonly secret: string;
  /** How many operations the system has really begun. */
  begun(): number;
  /** How many requests to stop an operation it has taken. */
  stopped(): number;
  /** The next start takes effect, and its answer does not arrive. */
  loseNextAnswer(): void;
  /** The next start takes effect, and the system then reports an internal error. */
  failAfterNextStart(): void;
  /** Every operation so far ends like this. */
  end(how: "succeeded" | "failed" | "unclear"): Promise<void>;
  /** From now on nothing is answered. */
  goSilent(): void;
  /** Resolves when the system has been asked something that it does not answer. */
  asked(): Promise<void>;
  /** Lets the time pass after which the deployer gives up on an answer. */
  passTimeout(): Promise<void>;
  close(): Promise<void>;
}

/** What every deployer owes to the port, whatever it drives. */
export function describeDeployer(name: string, open: () => Promise<DeployerHarness>): void {
  describe(`the deployer contract: ${name}`, () => {
    let harness: DeployerHarness;
    const never = new AbortController().signal;

    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    const start = (retried: boolean, input = harness.input) =>
      harness.deployer.start(input, retried, never);
    const observe = (handle: string) => harness.deployer.observe(harness.input, handle, never);

    describe("start", () => {
      it("begins one operation and names it", async () => {
        const { handle } = await start(false);
        expect(handle).not.toBe("");
        expect(harness.begun()).toBe(1);
      });

      it("whose answer is lost is uncertain, and begins nothing more when it is tried again", async () => {
        harness.loseNextAnswer();
        expect(await failureOf(start(false))).toMatchObject({ retryable: true, uncertain: true });
        const { handle } = await start(true);
        expect(harness.begun()).toBe(1);
        expect(await observe(handle)).toMatchObject({ kind: "running" });
      });

      it("that failed after it began begins nothing more, found at once or when it is tried again", async () => {
        harness.failAfterNextStart();
        const error = await start(false).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        if (error !== null) expect(error).toMatchObject({ retryable: true, uncertain: true });
        await start(true);
        expect(harness.begun()).toBe(1);
      });

      it("finds what was begun however often it is tried again", async () => {
        await start(false);
        const second = await start(true);
        const third = await start(true);
        expect(third).toEqual(second);
        expect(harness.begun()).toBe(1);
      });

      it("that is tried again although nothing had begun begins it", async () => {
        await start(true);
        expect(harness.begun()).toBe(1);
      });

      it("keeps operations apart by their keys", async () => {
        const other = { ...harness.input, key: `${harness.input.key}0` };
        const first = await start(false);
        const second = await start(false, other);
        expect(harness.begun()).toBe(2);
        expect(second.handle).not.toBe(first.handle);
        await start(true);
        await start(true, other);
        expect(harness.begun()).toBe(2);
      });

      it("is uncertain when a look-up for an earlier try cannot be made", async () => {
        harness.loseNextAnswer();
        await failureOf(start(false));
        harness.goSilent();
        const failed = failureOf(start(true));
        await harness.asked();
        await harness.passTimeout();
        expect(await failed).toMatchObject({ uncertain: true });
        expect(harness.begun()).toBe(1);
      });
    });

    describe("observe", () => {
      it("says running, then succeeded", async () => {
        const { handle } = await start(false);
        expect(await observe(handle)).toMatchObject({ kind: "running" });
        await harness.end("succeeded");
        expect(await observe(handle)).toMatchObject({ kind: "succeeded" });
      });

      it("says failed, and why", async () => {
        const { handle } = await start(false);
        await harness.end("failed");
        const observed = await observe(handle);
        expect(observed).toMatchObject({ kind: "failed", why: expect.stringMatching(/\S/) });
      });

      it("of an answer that does not say is unknown, never a success", async () => {
        const { handle } = await start(false);
        await harness.end("unclear");
        expect(await observe(handle)).toMatchObject({ kind: "unknown" });
      });

      it("says the same each time and begins nothing", async () => {
        const { handle } = await start(false);
        await harness.end("succeeded");
        const first = await observe(handle);
        expect(await observe(handle)).toEqual(first);
        expect(harness.begun()).toBe(1);
      });

      it("of a system that does not answer fails after a time, retryably", async () => {
        const { handle } = await start(false);
        harness.goSilent();
        const observed = observe(handle).then(
          (observation) => observation.kind,
          (error: unknown) => error instanceof AdapterError && error.retryable,
        );
        await harness.asked();
        await harness.passTimeout();
        expect([true, "unknown"]).toContain(await observed);
      });
    });

    describe("stop", () => {
      it("reaches the system", async () => {
        const { handle } = await start(false);
        await harness.deployer.stop(harness.input, handle, never);
        expect(harness.stopped()).toBe(1);
      });

      it("leaves an operation alone that has ended", async () => {
        const { handle } = await start(false);
        await harness.end("succeeded");
        await harness.deployer.stop(harness.input, handle, never);
        expect(await observe(handle)).toMatchObject({ kind: "succeeded" });
      });
    });

    describe("gives up when it is told to", () => {
      const reason = new AdapterError("the process stops", { retryable: true, uncertain: true });

      it.each(["start", "observe"] as const)("%s ends with the caller's reason", async (method) => {
        const { handle } = await start(false);
        harness.goSilent();
        const caller = new AbortController();
        const { deployer, input } = harness;
        const other = { ...input, key: `${input.key}0` };
        const work =
          method === "start"
            ? deployer.start(other, false, caller.signal)
            : deployer.observe(input, handle, caller.signal);
        const failed = failureOf(work);
        await harness.asked();
        caller.abort(reason);
        expect((await failed).message).toBe("the process stops");
      });

      it("and sends nothing when it was told before", async () => {
        const signal = AbortSignal.abort(reason);
        await failureOf(harness.deployer.start(harness.input, false, signal));
        expect(harness.begun()).toBe(0);
      });
    });

    it("never shows a secret in an error", async () => {
      harness.loseNextAnswer();
      const { message } = await failureOf(start(false));
      expect(message).not.toContain(harness.secret);
      expect(message).toMatch(/\S/);
    });
  });
}
