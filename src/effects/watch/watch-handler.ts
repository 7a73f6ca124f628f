import { environmentState, findPromotion } from "../../core/component.ts";
import { changedVerdicts } from "../../core/decide/changed-verdicts.ts";
import type { Tick } from "../../core/job.ts";
import type { Milliseconds } from "../../core/json.ts";
import { environmentPolicy } from "../../core/policy.ts";
import type { Promotion } from "../../core/promotion.ts";
import type { Release } from "../../core/release.ts";
import type { WatchPolicy } from "../../core/watch-policy.ts";
import type { Clock } from "../../shared/clock.ts";
import { AdapterError, errorText } from "../../shared/errors.ts";
import type { JobHandler, JobResult, Run } from "../job-handler.ts";
import { exponentialDelay } from "../retry-delay.ts";
import type { StateReader } from "../state-reader.ts";
import type { MeasuredSubject } from "./baseline-sides.ts";
import type { CheckMeter } from "./measure-checks.ts";
import { leftFor } from "./sample-memory.ts";
import { watchWindow } from "./watch-window.ts";

export interface WatchOptions {
  readonly state: Pick<StateReader, "component" | "policy">;
  readonly meter: CheckMeter;
  readonly clock: Clock;
  readonly random: () => number;
}

const TIMEOUT: Milliseconds = 90_000;
/** Where the configuration no longer says how often. */
const USUAL_EVERY: Milliseconds = 30_000;

/**
 * One tick of a watch: asks for the whole window and judges it anew, so that nothing is kept between
 * ticks but what a source that has only the present has said. It puts itself back for as long as the
 * promotion is being watched, whatever fails.
 */
export function createWatchHandler(options: WatchOptions): JobHandler<"watch"> {
  const { state, meter, clock } = options;

  async function tick(body: Tick, { signal }: Run): Promise<JobResult> {
    const about = { component: body.component, promotion: body.promotion };
    const component = await state.component(body.component);
    const found = findPromotion(component, body.promotion);
    const present = found?.promotion.state;
    if (found === undefined || present?.kind !== "watching") return { kind: "done", command: null };

    const { promotion, release } = found;
    const policy = watchPolicy(body.component, promotion.environment);
    const { live } = environmentState(component, promotion.environment);
    const now = clock.now();
    const circumstances = { peopleAreAsked: promotion.incident !== null, now };
    const kept = body.kept ?? [];
    const measured =
      policy === null
        ? { assessments: [], kept }
        : await meter.measure(
            {
              checks: policy.checks,
              window: watchWindow(present, policy, circumstances),
              subject: subjectOf(body.component, promotion, release, live),
              now,
              kept,
            },
            signal,
          );
    const { assessments } = measured;
    const worthReporting =
      changedVerdicts(present.checks, assessments).length > 0 || now >= present.until;
    const command = worthReporting
      ? ({ type: "ReportWatch", ...about, assessments } as const)
      : null;
    const next = clock.now() + (policy?.every ?? USUAL_EVERY);
    // The end is not missed for lying between two ticks.
    return {
      kind: "later",
      at: now < present.until ? Math.min(next, present.until) : next,
      ...leftFor("watch", body, measured),
      command,
    };
  }

  function watchPolicy(component: string, environment: string): WatchPolicy | null {
    const configured = state.policy().components;
    const policy = Object.hasOwn(configured, component) ? configured[component] : undefined;
    return policy === undefined ? null : (environmentPolicy(policy, environment)?.watch ?? null);
  }

  return {
    timeout: TIMEOUT,
    attempts: Number.POSITIVE_INFINITY,
    retryDelay: exponentialDelay({ first: 2_000, longest: 30_000, random: options.random }),
    run: async (body, run) => {
      try {
        return await tick(body, run);
      } catch (error) {
        run.signal.throwIfAborted();
        // Whatever it was, a watch that is given up would be a release that nobody looks at.
        throw new AdapterError(`the watch cannot be carried on: ${errorText(error)}`, {
          retryable: true,
          cause: error,
        });
      }
    },
    // Its attempts never end, and every failure can be tried again.
    buried: () => null,
  };
}

function subjectOf(
  component: string,
  { environment }: Promotion,
  { version }: Release,
  live: string | null,
): MeasuredSubject {
  const previous = live === null ? null : live.slice(component.length + 1);
  return { component, version, environment, previous };
}
