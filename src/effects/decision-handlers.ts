import type { SystemCommand } from "../core/command.ts";
import type { Milliseconds } from "../core/json.ts";
import type { Outcome } from "../core/outcome.ts";
import { AdapterError, errorText } from "../shared/errors.ts";
import type { JobHandler, JobHandlers, JobResult } from "./job-handler.ts";
import { exponentialDelay } from "./retry-delay.ts";

const TIMEOUT: Milliseconds = 60_000;

/** They do nothing in the world: timers ask the core to look again, and queued builds are decided. */
export function createDecisionHandlers(options: {
  readonly random: () => number;
  /** Names of all components that have state. */
  readonly components: () => Promise<readonly string[]>;
  /** Resolves when there is time to decide on a queued build, or when the signal fires. */
  readonly calmed: (signal: AbortSignal) => Promise<void>;
  /** Records a command of its own, durably; repeating it does no harm. */
  readonly dispatch: (command: SystemCommand) => Promise<Outcome>;
}): Pick<
  JobHandlers,
  "register" | "register-fragment" | "close-gathering" | "expire" | "review" | "review-all"
> {
  const patient = {
    timeout: TIMEOUT,
    attempts: Number.POSITIVE_INFINITY,
    retryDelay: exponentialDelay({ first: 1_000, longest: 30_000, random: options.random }),
    buried: () => null,
  };
  const done = (command: SystemCommand): JobResult => ({ kind: "done", command });

  const readComponents = (): Promise<readonly string[]> =>
    options.components().catch((error: unknown) => {
      throw notReviewed("all components", error);
    });

  /** Their sender was told that it is kept, so it is: among the jobs that were given up, with the reason. */
  async function decide(
    what: string,
    command: SystemCommand,
    signal: AbortSignal,
  ): Promise<JobResult> {
    await options.calmed(signal);
    signal.throwIfAborted();
    const outcome = await options.dispatch(command).catch((error: unknown) => {
      const message = `cannot register ${what}: ${errorText(error)}`;
      throw new AdapterError(message, { retryable: true, cause: error });
    });
    if (outcome.kind === "refused") {
      const { code, sentence } = outcome.refusal;
      throw new AdapterError(`refused (${code}): ${sentence}`, { retryable: false });
    }
    return { kind: "done", command: null };
  }

  const register: JobHandler<"register"> = {
    ...patient,
    run: ({ kind: _kind, ...reported }, { signal }) => {
      const what = `${reported.component} ${reported.build.version}`;
      return decide(what, { type: "RegisterBuild", ...reported }, signal);
    },
  };
  const registerFragment: JobHandler<"register-fragment"> = {
    ...patient,
    run: ({ kind: _kind, ...reported }, { signal }) => {
      const what = `run ${reported.fragment.run.id} of ${reported.component}`;
      return decide(what, { type: "RegisterFragment", ...reported }, signal);
    },
  };
  const expire: JobHandler<"expire"> = {
    ...patient,
    run: async ({ component, promotion }) => done({ type: "ExpireApproval", component, promotion }),
  };
  const closeGathering: JobHandler<"close-gathering"> = {
    ...patient,
    run: async ({ component, gathering }) => done({ type: "CloseGathering", component, gathering }),
  };
  const review: JobHandler<"review"> = {
    ...patient,
    run: async ({ component }) => done({ type: "Review", component }),
  };
  const reviewAll: JobHandler<"review-all"> = {
    ...patient,
    run: async (_body, { signal }) => {
      const failed = new Map<string, unknown>();
      for (const component of await readComponents()) {
        signal.throwIfAborted();
        await options
          .dispatch({ type: "Review", component })
          .catch((error: unknown) => failed.set(component, error));
      }
      if (failed.size > 0)
        throw notReviewed([...failed.keys()].join(", "), failed.values().next().value);
      return { kind: "done", command: null };
    },
  };
  return {
    register,
    "register-fragment": registerFragment,
    "close-gathering": closeGathering,
    expire,
    review,
    "review-all": reviewAll,
  };
}

function notReviewed(what: string, error: unknown): AdapterError {
  const message = `cannot review ${what}: ${errorText(error)}`;
  return new AdapterError(message, { retryable: true, cause: error });
}
