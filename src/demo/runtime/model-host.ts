import { z } from "zod";
import type { Clock } from "../../shared/clock.ts";
import { type Model, parseModel, scorePair } from "../training/model-file.ts";
import type { Pair } from "../training/snapshot.ts";
import type { ComponentHost } from "./component-host.ts";
import type { Outcome, RuntimeMetrics } from "./runtime-metrics.ts";

/** Long enough for a machine that has much else to do: what is healthy is not to look ill there. */
const LOOK_UP_TIMEOUT = 1200;

const pairSchema: z.ZodType<Pair> = z.object({
  id: z.string(),
  country: z.string(),
  commonNeighbours: z.number().int().nonnegative(),
  sameCompany: z.boolean(),
  sameSchool: z.boolean(),
  daysSinceSignup: z.number().int().nonnegative(),
});

export type Prediction =
  | { readonly outcome: "ok"; readonly version: string; readonly probability: number }
  | { readonly outcome: Exclude<Outcome, "ok">; readonly version: string; readonly why: string };

export interface ModelHost extends ComponentHost {
  /** Null while no model is deployed. Never rejects: how it ended is the outcome. */
  predict(pair: string): Promise<Prediction | null>;
  /** The version before, which still takes half of the traffic, or null. */
  beside(): string | null;
}

export interface ModelHostOptions {
  readonly featuresUrl: string;
  readonly metrics: RuntimeMetrics;
  readonly clock: Clock;
  /** Milliseconds that a version that is new here shares the traffic with the one before it; 0: none. */
  readonly overlap: number;
}

interface Deployed {
  readonly version: string;
  readonly model: Model;
}

/**
 * Serves the deployed `model.json`: looks up a pair's features over HTTP and scores them. For a while the
 * version before a new one answers every second question, so that the two can be compared at the same
 * time; one that has served here before, as after a rollback, takes everything at once.
 */
export function createModelHost({
  featuresUrl,
  metrics,
  clock,
  overlap,
}: ModelHostOptions): ModelHost {
  let serving: Deployed | null = null;
  let before: { readonly deployed: Deployed; readonly until: number } | null = null;
  let questions = 0;
  const served = new Set<string>();

  function sharing(): Deployed | null {
    return before === null || clock.now() >= before.until ? null : before.deployed;
  }

  function next(): Deployed | null {
    questions += 1;
    return questions % 2 === 0 ? (sharing() ?? serving) : serving;
  }

  async function predict(pair: string): Promise<Prediction | null> {
    const deployed = next();
    if (deployed === null) return null;
    const { version, model } = deployed;
    const end = metrics.predictionSeconds.startTimer({ model: "pymk", version });
    const prediction = await predictWith(model, version, pair);
    end();
    metrics.predictions.inc({ model: "pymk", version, outcome: prediction.outcome });
    return prediction;
  }

  async function predictWith(model: Model, version: string, pair: string): Promise<Prediction> {
    const features = await lookUp(pair, `model-pymk@${version}`);
    if (features.outcome !== "ok") return { ...features, version };
    return { outcome: "ok", version, probability: scorePair(model, features.pair) };
  }

  async function lookUp(pair: string, reader: string) {
    try {
      const response = await fetch(`${featuresUrl}/pymk-features/${encodeURIComponent(pair)}`, {
        headers: { "x-reader": reader },
        signal: AbortSignal.timeout(LOOK_UP_TIMEOUT),
      });
      if (response.status === 404)
        return { outcome: "unknown_pair", why: "nothing known" } as const;
      const parsed = pairSchema.safeParse(await response.json());
      if (parsed.success) return { outcome: "ok", pair: parsed.data } as const;
      return { outcome: "invalid_features", why: "the feature store sent no features" } as const;
    } catch (error) {
      const timedOut = error instanceof Error && error.name === "TimeoutError";
      return timedOut
        ? ({ outcome: "timeout", why: `no features within ${LOOK_UP_TIMEOUT} ms` } as const)
        : ({ outcome: "error", why: "the feature store cannot be reached" } as const);
    }
  }

  return {
    version: () => serving?.version ?? null,
    beside: () => sharing()?.version ?? null,
    install: async ({ version, bytes }) => {
      const deployed = { version, model: parseModel(bytes) };
      const shares = serving !== null && overlap > 0 && !served.has(version);
      before =
        shares && serving !== null ? { deployed: serving, until: clock.now() + overlap } : null;
      serving = deployed;
      served.add(version);
    },
    close: async () => {
      serving = null;
      before = null;
    },
    predict,
  };
}
