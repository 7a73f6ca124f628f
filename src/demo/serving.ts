import { z } from "zod";
import type { Clock } from "../shared/clock.ts";
import {
  COMPONENTS,
  ENVIRONMENTS,
  type SampleComponent,
  type SampleEnvironment,
} from "./sample-names.ts";

/** What one environment serves of one component, and how well. */
export interface Serving {
  readonly environment: SampleEnvironment;
  readonly component: SampleComponent;
  /** null: nothing is deployed. */
  readonly version: string | null;
  /** The version before, while it still takes half of the traffic. */
  readonly beside: string | null;
  /** Whether the version that is deployed was made worse. */
  readonly degraded: boolean;
  /** Share of requests that were answered well, from 0 to 1, over the last minute; oldest first. */
  readonly successRate: readonly RatePoint[];
}

export interface RatePoint {
  /** Seconds before now. */
  readonly ago: number;
  readonly value: number;
}

export interface ServingOptions {
  readonly runtimes: Readonly<Record<SampleEnvironment, { readonly url: string }>>;
  readonly metrics: { readonly url: string };
  readonly clock: Clock;
}

export const SHOWN_SECONDS = 60;
const STEP_SECONDS = 2;
const RATE_WINDOW = "5s";

const statusSchema = z.object({
  components: z.record(
    z.enum(COMPONENTS),
    z.object({
      version: z.string().nullable(),
      beside: z.string().nullable(),
      degraded: z.boolean(),
    }),
  ),
});

const rangeSchema = z.object({
  data: z.object({
    result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])) })),
  }),
});

/** Asks the runtimes what they serve, and the metrics server how that goes. */
export function createServing(options: ServingOptions): () => Promise<readonly Serving[]> {
  const { runtimes, metrics, clock } = options;

  async function successRate(
    environment: SampleEnvironment,
    component: SampleComponent,
    version: string,
  ): Promise<readonly RatePoint[]> {
    const now = Math.floor(clock.now() / 1000);
    const parameters = new URLSearchParams({
      query: queryOf(component, `environment="${environment}",version="${version}"`),
      start: String(now - SHOWN_SECONDS),
      end: String(now),
      step: String(STEP_SECONDS),
    });
    const response = await fetch(`${metrics.url}/api/v1/query_range?${parameters}`);
    const { data } = rangeSchema.parse(await response.json());
    const points = data.result[0]?.values ?? [];
    return points
      .map(([at, value]) => ({ ago: now - at, value: Number(value) }))
      .filter(({ value }) => Number.isFinite(value));
  }

  async function servingIn(environment: SampleEnvironment): Promise<readonly Serving[]> {
    const response = await fetch(`${runtimes[environment].url}/status`);
    const { components } = statusSchema.parse(await response.json());
    return Promise.all(
      COMPONENTS.map(async (component) => {
        const { version, beside, degraded } = components[component];
        const rate = version === null ? [] : await successRate(environment, component, version);
        return { environment, component, version, beside, degraded, successRate: rate };
      }),
    );
  }

  return async () => (await Promise.all(ENVIRONMENTS.map(servingIn))).flat();
}

/** As the watches of `slipway.yml` measure it, over a shorter window: a person sees it sooner. */
function queryOf(component: SampleComponent, labels: string): string {
  const [counter, reader, good] =
    component === "model-pymk"
      ? ["predictions_total", 'model="pymk"', 'outcome="ok"']
      : ["requests_total", 'service="svc-feed"', 'code="200"'];
  const rate = (more: string) =>
    `sum(rate(${counter}{${reader},${labels}${more}}[${RATE_WINDOW}]))`;
  return `${rate(`,${good}`)} / ${rate("")}`;
}
