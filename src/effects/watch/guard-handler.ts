import { isAwaited, isGuarded } from "../../core/after-watch.ts";
import {
  type ComponentState,
  environmentState,
  findPromotion,
  type Located,
  versionOf,
} from "../../core/component.ts";
import { changedVerdicts } from "../../core/decide/changed-verdicts.ts";
import type { Guard } from "../../core/guard.ts";
import type { Tick } from "../../core/job.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import { environmentPolicy } from "../../core/policy.ts";
import type { CheckAssessment } from "../../core/verdict.ts";
import type { ConfirmPolicy, GuardPolicy, WatchPolicy } from "../../core/watch-policy.ts";
import type { Clock } from "../../shared/clock.ts";
import { AdapterError, errorText } from "../../shared/errors.ts";
import type { JobHandler, JobResult, Run } from "../job-handler.ts";
import { exponentialDelay } from "../retry-delay.ts";
import type { StateReader } from "../state-reader.ts";
import type { MeasuredSubject } from "./baseline-sides.ts";
import type { CheckMeter } from "./measure-checks.ts";
import { leftFor } from "./sample-memory.ts";
import type { MeasuredWindow } from "./watch-window.ts";

export interface GuardOptions {
  readonly state: Pick<StateReader, "component" | "policy">;
  readonly meter: CheckMeter;
  readonly clock: Clock;
  readonly random: () => number;
}

const TIMEOUT: Milliseconds = 90_000;
/** Where the configuration no longer says how often: what is recorded then ends it. */
const USUAL_EVERY: Milliseconds = 30_000;

/**
 * One look at what is live. It judges the last `window` anew, so that nothing is kept between looks but
 * what a source that has only the present has said, and puts itself back until something takes the place of the release, whatever fails.
 */
export function createGuardHandler(options: GuardOptions): JobHandler<"guard"> {
  const { state, clock } = options;

  async function look(body: Tick, { signal }: Run): Promise<JobResult> {
    const about = { component: body.component, promotion: body.promotion };
    const component = await state.component(body.component);
    const found = findPromotion(component, body.promotion);
    const guard =
      found !== undefined && isGuarded(found.promotion) ? found.promotion.guard : undefined;
    if (found === undefined || guard === undefined) return { kind: "done", command: null };

    const policy = watchPolicy(options, body, found)?.guard ?? null;
    const now = clock.now();
    const kept = body.kept ?? [];
    const measured =
      policy === null
        ? { assessments: [], kept }
        : await options.meter.measure(
            {
              checks: policy.checks,
              window: guardWindow(guard, policy, now),
              subject: subjectOf(component, found),
              now,
              kept,
            },
            signal,
          );
    const { assessments } = measured;
    const report = { type: "ReportGuard", ...about, since: guard.since, assessments } as const;
    return {
      kind: "later",
      at: clock.now() + (policy?.every ?? USUAL_EVERY),
      ...leftFor("guard", body, measured),
      command: policy === null || isNews(found, guard, assessments) ? report : null,
    };
  }

  return enduring("guard", options, look);
}

/** One tick of the second watch, from when labels are expected on; it goes on until it is decided. */
export function createConfirmHandler(options: GuardOptions): JobHandler<"confirm"> {
  const { state, clock } = options;

  async function tick(body: Tick, { signal }: Run): Promise<JobResult> {
    const about = { component: body.component, promotion: body.promotion };
    const component = await state.component(body.component);
    const found = findPromotion(component, body.promotion);
    const confirmation =
      found !== undefined && isAwaited(found.promotion) ? found.promotion.confirmation : undefined;
    if (found === undefined || confirmation === undefined) return { kind: "done", command: null };

    const { from, until, checks } = confirmation;
    const now = clock.now();
    if (now < from) return { kind: "later", at: from, command: null };
    const policy = watchPolicy(options, body, found)?.confirm ?? null;
    const kept = body.kept ?? [];
    const measured =
      policy === null
        ? { assessments: [], kept }
        : await options.meter.measure(
            {
              checks: policy.checks,
              window: confirmWindow({ from, until }, policy, now),
              subject: subjectOf(component, found),
              now,
              kept,
            },
            signal,
          );
    const { assessments } = measured;
    const isNewsworthy =
      policy === null || now >= until || changedVerdicts(checks, assessments).length > 0;
    const next = clock.now() + (policy?.every ?? USUAL_EVERY);
    return {
      kind: "later",
      // The end is not missed for lying between two ticks.
      at: now < until ? Math.min(next, until) : next,
      ...leftFor("confirm", body, measured),
      command: isNewsworthy ? { type: "ReportConfirmation", ...about, assessments } : null,
    };
  }

  return enduring("confirmation", options, tick);
}

/** Never given up: that would be a release that nobody looks at. */
function enduring(
  what: string,
  { random }: GuardOptions,
  tick: (body: Tick, run: Run) => Promise<JobResult>,
): JobHandler<"guard"> & JobHandler<"confirm"> {
  return {
    timeout: TIMEOUT,
    attempts: Number.POSITIVE_INFINITY,
    retryDelay: exponentialDelay({ first: 2_000, longest: 30_000, random }),
    run: async (body, run) => {
      try {
        return await tick(body, run);
      } catch (error) {
        run.signal.throwIfAborted();
        throw new AdapterError(`the ${what} cannot be carried on: ${errorText(error)}`, {
          retryable: true,
          cause: error,
        });
      }
    },
    // Its attempts never end, and every failure can be tried again.
    buried: () => null,
  };
}

/** The last `window`, but nothing from before it was guarded: until there is so much, it is not over. */
export function guardWindow(
  { since, deployedAt }: Guard,
  { window, every }: GuardPolicy,
  now: Instant,
): MeasuredWindow {
  const from = Math.max(since, now - window);
  return { deployedAt, from, to: now, until: from + window, every, warmUp: 0 };
}

/** From when labels are expected. After its end, while people are asked, the last `for` of it. */
export function confirmWindow(
  { from, until }: { readonly from: Instant; readonly until: Instant },
  { after, for: length, every }: ConfirmPolicy,
  now: Instant,
): MeasuredWindow {
  const deployedAt = from - after;
  return now <= until
    ? { deployedAt, from, to: now, until, every, warmUp: 0 }
    : { deployedAt, from: Math.max(from, now - length), to: now, until, every, warmUp: 0 };
}

/**
 * Whatever is not good, or was not when it was last recorded, is told each time: how long it has been so, and
 * whether it still counts, is for the decision to say.
 */
function isNews(
  { promotion }: Located,
  { checks }: Guard,
  assessments: readonly CheckAssessment[],
): boolean {
  const isWell = [...checks, ...assessments].every(
    ({ verdict }) => verdict === "success" || verdict === "pending",
  );
  const isCalm = promotion.incident === null || promotion.incident.closed !== undefined;
  return !isWell || !isCalm || changedVerdicts(checks, assessments).length > 0;
}

function watchPolicy(
  { state }: GuardOptions,
  { component }: Tick,
  { promotion }: Located,
): WatchPolicy | null {
  const configured = state.policy().components;
  const policy = Object.hasOwn(configured, component) ? configured[component] : undefined;
  if (policy === undefined) return null;
  return environmentPolicy(policy, promotion.environment)?.watch ?? null;
}

function subjectOf(component: ComponentState, { promotion, release }: Located): MeasuredSubject {
  const { environment } = promotion;
  const [before = null] = environmentState(component, environment).good;
  return {
    component: component.component,
    environment,
    version: release.version,
    previous: versionOf(component, before),
  };
}
