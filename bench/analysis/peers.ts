import { classify, KAYENTA_DEFAULTS } from "../../src/core/analysis/kayenta/classify.ts";
import { shiftScore } from "../../src/core/analysis/kayenta/mann-whitney.ts";
import { ARGO_LIMITS, type MeasurementResult, phaseOf } from "../../src/core/analysis/limits.ts";
import { SAMPLES, type Series, type Service, type Simulated } from "./world.ts";

/** After how many samples of the watch a method rolls back; Infinity: not in this watch. */
export type Method = (simulated: Simulated, service: Service) => number;

export interface Peer {
  readonly name: string;
  readonly method: Method;
}

const MINUTE = 4;

/** With a limit on the share of bad events of `interval` samples, which an operator has set. */
function argo(interval: number, failures: number): Method {
  return ({ release }, { fixed }) => {
    let failed = 0;
    let measured = 0;
    let errors = 0;
    for (let end = interval; end <= SAMPLES; end += interval) {
      const result = measurement(release, end, interval, fixed);
      if (result === "error") errors += 1;
      else errors = 0;
      if (result === "failure") failed += 1;
      measured += 1;
      const phase = phaseOf(
        { ...ARGO_LIMITS, failures, count: SAMPLES / interval },
        {
          failures: failed,
          inconclusive: 0,
          consecutiveErrors: errors,
          consecutiveSuccesses: 0,
          count: measured,
          last: result,
        },
        false,
      );
      if (phase === "failure" || phase === "error") return end;
      if (phase === "success") return Infinity;
    }
    return Infinity;
  };
}

/** Flagger counts failed checks and never counts back; a check without data is none that failed. */
function flagger(interval: number, threshold: number): Method {
  return ({ release }, { fixed }) => {
    let failed = 0;
    for (let end = interval; end <= SAMPLES; end += interval) {
      if (measurement(release, end, interval, fixed) === "failure") failed += 1;
      if (failed >= threshold) return end;
    }
    return Infinity;
  };
}

function measurement(
  series: Series,
  end: number,
  interval: number,
  fixed: number,
): MeasurementResult {
  let bad = 0;
  let total = 0;
  for (const point of series.slice(end - interval, end)) {
    bad += point?.bad ?? 0;
    total += point?.total ?? 0;
  }
  if (total === 0) return "error";
  return bad / total > fixed ? "failure" : "success";
}

/** The judge looks at all samples so far, as with Spinnaker's lookback of type growing. */
function kayenta(interval: number, side: "stable" | "before"): Method {
  return (simulated) => {
    const shares = (series: Series) =>
      series.map((point) => (point === null ? null : point.bad / point.total));
    const [experiment, control] = [shares(simulated.release), shares(simulated[side])];
    for (let end = interval; end <= SAMPLES; end += interval) {
      const looked = experiment.slice(0, end);
      const against = side === "stable" ? control.slice(0, end) : control.slice(-end);
      if (isHigh(against, looked)) return end;
    }
    return Infinity;
  };
}

function isHigh(control: readonly (number | null)[], experiment: readonly (number | null)[]) {
  const there = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  const [x, y] = [there(experiment), there(control)];
  // What the test does not reject without any shift is never high: the interval need not be searched for.
  if (new Set([...x, ...y]).size < 2 || shiftScore(0, 0, x, y) < 2.3) return false;
  return (
    classify(control, experiment, { ...KAYENTA_DEFAULTS, direction: "increase" }).kind === "high"
  );
}

/** With the settings of their documentation, and quicker ones. */
export const PEERS: Readonly<Record<"beside" | "before-after", readonly Peer[]>> = {
  beside: [...limits(), ...judges("stable")],
  "before-after": [...limits(), ...judges("before")],
};

function limits(): readonly Peer[] {
  return [
    { name: "Argo, 5 min, failureLimit 3", method: argo(5 * MINUTE, 3) },
    { name: "Argo, 1 min, failureLimit 3", method: argo(MINUTE, 3) },
    { name: "Argo, 15 s, failureLimit 3", method: argo(1, 3) },
    { name: "Flagger, 1 min, threshold 5", method: flagger(MINUTE, 5) },
    { name: "Flagger, 15 s, threshold 5", method: flagger(1, 5) },
  ];
}

function judges(side: "stable" | "before"): readonly Peer[] {
  return [
    { name: "Kayenta, one look", method: kayenta(SAMPLES, side) },
    { name: "Kayenta, every 5 min", method: kayenta(5 * MINUTE, side) },
  ];
}
