import type { OperationInput } from "../../src/core/job.ts";
import type { Deployer, Observation } from "../../src/effects/deployers/deployer.ts";
import { AdapterError } from "../../src/shared/errors.ts";

export interface StartCall {
  readonly input: OperationInput;
  readonly retried: boolean;
}

/** A deployer in memory that does what a test tells it. */
export interface FakeDeployer extends Deployer {
  starts(): readonly StartCall[];
  stops(): readonly string[];
  /** How many operations really began. */
  begun(): number;
  /** The next start takes effect and then fails like this. */
  failAfterNextStart(error: AdapterError): void;
  /** Every start fails like this without effect, until null. */
  refuseStarts(error: AdapterError | null): void;
  /** What every observation says from now on, or fails with. */
  answer(observation: Observation | AdapterError): void;
  /** Nothing is answered any more. */
  goSilent(): void;
  /** Resolves when something was asked that is not answered. */
  asked(): Promise<void>;
  /** What waits for an answer gives up. */
  expire(): void;
}

export function createFakeDeployer(
  options: Partial<Pick<Deployer, "name" | "every" | "timeout" | "endsInStart">> = {},
): FakeDeployer {
  const operations = new Map<string, string>();
  const starts: StartCall[] = [];
  const stops: string[] = [];
  let afterStart: AdapterError | null = null;
  let refusal: AdapterError | null = null;
  let answer: Observation | AdapterError = { kind: "running", detail: "step 1 of 2" };
  let silent = false;
  const waiting = new Set<(error: AdapterError) => void>();
  let onAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
  });

  async function listen(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!silent) return;
    onAsked();
    await new Promise((_resolve, reject) => {
      waiting.add(reject);
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    });
  }

  return {
    name: options.name ?? "gate",
    every: options.every ?? 2_000,
    timeout: options.timeout ?? 1_800_000,
    endsInStart: options.endsInStart ?? false,
    start: async (input, retried, signal) => {
      starts.push({ input, retried });
      await listen(signal);
      const found = retried ? operations.get(input.key) : undefined;
      if (found !== undefined) return { handle: found, url: null };
      if (refusal !== null) throw refusal;
      const handle = `operation-${operations.size + 1}`;
      operations.set(input.key, handle);
      if (afterStart !== null) {
        const error = afterStart;
        afterStart = null;
        throw error;
      }
      return { handle, url: `https://gate.example/${handle}` };
    },
    observe: async (_input, _handle, signal) => {
      await listen(signal);
      if (answer instanceof AdapterError) throw answer;
      return answer;
    },
    stop: async (_input, handle, signal) => {
      await listen(signal);
      if (refusal !== null) throw refusal;
      stops.push(handle);
    },
    starts: () => starts,
    stops: () => stops,
    begun: () => operations.size,
    failAfterNextStart: (error) => {
      afterStart = error;
    },
    refuseStarts: (error) => {
      refusal = error;
    },
    answer: (observation) => {
      answer = observation;
    },
    goSilent: () => {
      silent = true;
    },
    asked: () => asked,
    expire: () => {
      const error = new AdapterError("no answer", { retryable: true, uncertain: true });
      for (const reject of waiting) reject(error);
    },
  };
}
