import { environmentState, findPromotion } from "../../core/component.ts";
import type { Instant, Milliseconds } from "../../core/json.ts";
import { environmentPolicy } from "../../core/policy.ts";
import type { Promotion } from "../../core/promotion.ts";
import type { Release } from "../../core/release.ts";
import type { CheckAssessment, Reading } from "../../core/verdict.ts";
import type { WatchCheck, WatchPolicy } from "../../core/watch-policy.ts";
import type { Clock } from "../../shared/clock.ts";
import { AdapterError, errorText } from "../../shared/errors.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { TemplateValues } from "../../shared/template.ts";
import type { JobHandler, JobResult, Run } from "../job-handler.ts";
import type { MetricSource } from "../metrics/metric-source.ts";
import { exponentialDelay } from "../retry-delay.ts";
import type { StateReader } from "../state-reader.ts";
import { createCheckReader } from "./read-checks.ts";
import { type WatchWindow, watchWindow } from "./watch-window.ts";

/** The verdict on one check: pure, and the same for the same answer. */
export type Assess = (
  check: WatchCheck,
  query: string,
  reading: Reading,
  window: WatchWindow,
  now: Instant,
) => CheckAssessment;

export interface WatchOptions {
  readonly state: Pick<StateReader, "component" | "policy">;
  /** By name, as configured now. */
  readonly sources: () => Readonly<Record<string, MetricSource>>;
  readonly assess: Assess;
  /** A check's query with the variables in their places. */
  readonly render: (query: string, variables: TemplateValues) => string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly telemetry: Pick<Telemetry, "watchMeasurements">;
}

const TIMEOUT: Milliseconds = 90_000;
/** Where the configuration no longer says how often. */
const USUAL_EVERY: Milliseconds = 30_000;

/**
 * One tick of a watch: asks for the whole window and judges it anew, so that nothing is kept between
 * ticks. It puts itself back for as long as the promotion is being watched, whatever fails.
 */
export function createWatchHandler(options: WatchOptions): JobHandler<"watch"> {
  const { state, assess, clock } = options;
  const reader = createCheckReader(options);

  async function tick(
    body: { readonly component: string; readonly promotion: string },
    { signal }: Run,
  ): Promise<JobResult> {
    const component = await state.component(body.component);
    const found = findPromotion(component, body.promotion);
    const present = found?.promotion.state;
    if (found === undefined || present?.kind !== "watching") return { kind: "done", command: null };

    const { promotion, release } = found;
    const policy = watchPolicy(body.component, promotion.environment);
    const { live } = environmentState(component, promotion.environment);
    const variables = variablesOf(body.component, promotion, release, live);
    const now = clock.now();
    const circumstances = { peopleAreAsked: promotion.incident !== null, now };
    const assessments =
      policy === null
        ? []
        : await measure(policy, watchWindow(present, policy, circumstances), variables, {
            now,
            signal,
          });
    const worthReporting = hasChanged(present.checks, assessments) || now >= present.until;
    const command = worthReporting
      ? ({ type: "ReportWatch", ...body, assessments } as const)
      : null;
    const next = clock.now() + (policy?.every ?? USUAL_EVERY);
    // The end is not missed for lying between two ticks.
    return {
      kind: "later",
      at: now < present.until ? Math.min(next, present.until) : next,
      command,
    };
  }

  function watchPolicy(component: string, environment: string): WatchPolicy | null {
    const configured = state.policy().components;
    const policy = Object.hasOwn(configured, component) ? configured[component] : undefined;
    return policy === undefined ? null : (environmentPolicy(policy, environment)?.watch ?? null);
  }

  async function measure(
    policy: WatchPolicy,
    window: WatchWindow,
    variables: TemplateValues,
    { now, signal }: { readonly now: Instant; readonly signal: AbortSignal },
  ): Promise<readonly CheckAssessment[]> {
    const checks = policy.checks.map((check) => ({
      check,
      query: check.measure.kind === "value" ? options.render(check.measure.query, variables) : "",
    }));
    const read = await reader.read(checks, window, signal);
    return read.map(({ check, query, reading }) => {
      const assessment = assess(check, query, reading, window, now);
      options.telemetry.watchMeasurements.inc({ verdict: assessment.verdict });
      return assessment;
    });
  }

  return {
    timeout: TIMEOUT,
    attempts: Number.POSITIVE_INFINITY,
    retryDelay: exponentialDelay({ first: 2_000, longest: 30_000, random: options.random }),
    run: async (body, run) => {
      try {
        return await tick({ component: body.component, promotion: body.promotion }, run);
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

function variablesOf(
  component: string,
  { environment }: Promotion,
  { version }: Release,
  live: string | null,
): TemplateValues {
  const previous = live === null ? null : live.slice(component.length + 1);
  return { component, version, environment, previous };
}

/** A check that has not been recorded yet is as good as pending. */
function hasChanged(
  recorded: readonly CheckAssessment[],
  assessments: readonly CheckAssessment[],
): boolean {
  const checks = recorded.filter(({ alert }) => alert === undefined);
  const verdicts = new Map(checks.map(({ check, verdict }) => [check, verdict]));
  return assessments.some(({ check, verdict }) => (verdicts.get(check) ?? "pending") !== verdict);
}
