import type { Instant, Milliseconds } from "../../core/json.ts";
import type { Measured, MeasuredCheck } from "../../core/measured.ts";
import type { CheckAssessment, Reading } from "../../core/verdict.ts";
import type { AssessRequest } from "../../core/watch/assess-request.ts";
import type { KeptSamples } from "../../core/watch/kept-samples.ts";
import type { Baseline, Measure, WatchCheck } from "../../core/watch-policy.ts";
import type { Clock } from "../../shared/clock.ts";
import { errorText } from "../../shared/errors.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import { startDeadline } from "../deadline.ts";
import type { MetricSource } from "../metrics/metric-source.ts";
import { baselineSides, type MeasuredSubject, releaseSide, type Side } from "./baseline-sides.ts";
import { askMeasure, labelsOf, queriesOf } from "./measure-queries.ts";
import { createMetricQuestions, type Question } from "./metric-questions.ts";
import { createSampleMemory, type SampleMemory } from "./sample-memory.ts";
import type { MeasuredWindow } from "./watch-window.ts";

/** What is to be measured at one tick. */
export interface Measuring {
  readonly checks: readonly WatchCheck[];
  readonly window: MeasuredWindow;
  readonly subject: MeasuredSubject;
  readonly now: Instant;
  /** What the tick before has left. */
  readonly kept: readonly KeptSamples[];
}

export interface Measurement {
  /** One for each check. */
  readonly assessments: readonly CheckAssessment[];
  /** What the next tick is to get. */
  readonly kept: readonly KeptSamples[];
}

/** Measures and judges the checks of a watch, a guard or a confirmation. */
export interface CheckMeter {
  /** What cannot be had is an `error`. Rejects only when the signal fires. */
  measure(measuring: Measuring, signal: AbortSignal): Promise<Measurement>;
}

/** For all checks of a tick, the wait for their turn included. */
const READ_WITHIN: Milliseconds = 45_000;

/**
 * Asks the sources of a tick's checks, all at the same time and each different question once, and judges
 * each check by the answers. A source that is slow holds up its own checks and nobody else's.
 */
export function createCheckMeter(options: {
  /** By name, as configured now. */
  readonly sources: () => Readonly<Record<string, MetricSource>>;
  readonly assess: (request: AssessRequest) => CheckAssessment;
  readonly clock: Clock;
  readonly telemetry: {
    readonly watchMeasurements: Pick<Telemetry["watchMeasurements"], "inc">;
  };
}): CheckMeter {
  const { clock, assess, telemetry } = options;
  const questions = createMetricQuestions({ clock });

  function sourceOf(name: string): MetricSource | undefined {
    const sources = options.sources();
    return Object.hasOwn(sources, name) ? sources[name] : undefined;
  }

  async function ask(
    source: MetricSource,
    question: Question,
    signal: AbortSignal,
  ): Promise<Reading> {
    try {
      return await questions.ask(source, question, signal);
    } catch {
      return { kind: "error", why: `${source.name} did not answer in time` };
    }
  }

  function askSide(
    source: MetricSource | undefined,
    check: WatchCheck,
    { measure, subject, from, to }: Side,
    { step, memory, signal }: Asking,
  ): Promise<Measured> {
    if (source === undefined) {
      const why = `the metrics source "${check.source}" is not configured`;
      const error = async (): Promise<Reading> => ({ kind: "error", why });
      return askMeasure(measure, { query: error, alerts: error });
    }
    return askMeasure(measure, {
      query: async (template, form) => {
        const query = rendered(source, template, subject);
        if (query.kind === "error") return query;
        // On whole steps, so that watches that look at the same time ask the same.
        const whole = { from: Math.ceil(from / step) * step, to: Math.floor(to / step) * step };
        const range = { query: query.text, form, ...whole, step };
        const question = JSON.stringify([source.name, query.text, form, step]);
        return memory.complete(question, step, await ask(source, { kind: "range", range }, signal));
      },
      alerts: (match) => ask(source, { kind: "alerts", match: labelsOf(match, subject) }, signal),
    });
  }

  async function measureCheck(
    check: WatchCheck,
    { window, subject, now }: Measuring,
    asking: Asking,
  ): Promise<CheckAssessment> {
    const source = sourceOf(check.source);
    const side = releaseSide(check, subject, window);
    const baselines = withoutItself(source, side, baselineSides(check, subject, window));
    const asked = (one: Side) => askSide(source, check, one, asking);
    const [release, ...answers] = await Promise.all([
      asked(side),
      ...Object.entries(baselines).map(async ([name, one]) => [name, await asked(one)] as const),
    ]);
    const measured: MeasuredCheck = { release, baselines: Object.fromEntries(answers) };
    const assessment = assess({ check, ...shown(source, side), measured, window, now });
    telemetry.watchMeasurements.inc({ verdict: assessment.verdict });
    return assessment;
  }

  return {
    measure: async (measuring, signal) => {
      signal.throwIfAborted();
      const what = "the metrics sources did not answer";
      const limit = startDeadline({ clock, after: READ_WITHIN, signal, what });
      const memory = createSampleMemory(measuring.kept);
      const asking = { step: measuring.window.every, memory, signal: limit.signal };
      try {
        const assessments = await Promise.all(
          measuring.checks.map((check) => measureCheck(check, measuring, asking)),
        );
        // A source that was interrupted says "error": that is not a measurement.
        signal.throwIfAborted();
        return { assessments, kept: memory.kept() };
      } finally {
        limit.met();
      }
    },
  };
}

/** How the questions of one tick are asked. */
interface Asking {
  /** Distance of the points. */
  readonly step: Milliseconds;
  readonly memory: SampleMemory;
  readonly signal: AbortSignal;
}

type Sides = { readonly [B in Baseline]?: Side };

/** Without the version beside it, where its queries are those of the release: they name no version. */
function withoutItself(source: MetricSource | undefined, release: Side, sides: Sides): Sides {
  const { stable, ...others } = sides;
  if (stable === undefined || source === undefined) return sides;
  const texts = ({ measure, subject }: Side) =>
    JSON.stringify(queriesOf(measure).map((query) => rendered(source, query, subject)));
  return texts(stable) === texts(release) ? others : sides;
}

/** The queries as people read them, and where they see the first one drawn. */
function shown(
  source: MetricSource | undefined,
  { measure, subject }: Side,
): Pick<AssessRequest, "query" | "url"> {
  if (measure.kind === "alerts") {
    const labels = Object.entries(labelsOf(measure.match, subject));
    const query = labels.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(", ");
    return { query: `{${query}}`, url: null };
  }
  const texts = textsOf(source, measure, subject);
  const [first] = texts;
  const url = first === undefined ? null : (source?.link(first) ?? null);
  return { query: texts.join(" / "), url };
}

function textsOf(
  source: MetricSource | undefined,
  measure: Measure,
  subject: MeasuredSubject,
): readonly string[] {
  return queriesOf(measure).map((template) => {
    const query = source === undefined ? null : rendered(source, template, subject);
    return query?.kind === "query" ? query.text : template;
  });
}

type Rendered =
  | { readonly kind: "query"; readonly text: string }
  | { readonly kind: "error"; readonly why: string };

/** A query was checked when the configuration was loaded; its source may be of another type by now. */
function rendered(source: MetricSource, template: string, subject: MeasuredSubject): Rendered {
  try {
    return { kind: "query", text: source.render(template, { ...subject }) };
  } catch (error) {
    return { kind: "error", why: `${source.name}: ${errorText(error)}` };
  }
}
