import { z } from "zod";
import type { Instant } from "../../core/json.ts";
import type { SeriesLabels } from "../../core/suggest/signals.ts";
import { errorText } from "../../shared/errors.ts";
import type { MetricServer } from "../metrics/metric-server.ts";

/** The series of one component, and what all of them have in common because they are its. */
export type Catalog =
  | {
      readonly kind: "series";
      readonly own: SeriesLabels;
      readonly series: readonly SeriesLabels[];
    }
  | { readonly kind: "none" | "error"; readonly why: string };

/** Labels that name what a series is of, the most telling first. */
const NAMING = [
  "component",
  "service",
  "app",
  "application",
  "model",
  "job",
  "deployment",
  "container",
  "app_kubernetes_io_name",
];
const LARGEST_ANSWER = 32_000_000;

const Series = z.object({
  status: z.literal("success"),
  data: z.array(z.record(z.string(), z.string())),
});

/** What a Prometheus, or what speaks its language, has of a component in a time. Never throws. */
export async function readCatalog(
  server: MetricServer,
  component: string,
  time: { readonly from: Instant; readonly to: Instant },
  signal: AbortSignal,
): Promise<Catalog> {
  const names = namesOf(component);
  try {
    for (const label of NAMING) {
      for (const name of names) {
        const series = await seriesWith(server, { [label]: name }, time, signal);
        if (series.length > 0) return { kind: "series", own: { [label]: name }, series };
      }
    }
  } catch (error) {
    return {
      kind: "error",
      why: `${server.name} cannot be asked for its series: ${errorText(error)}`,
    };
  }
  const why = `${server.name} has no series with ${NAMING.join(", ")} = ${names.join(" or ")}`;
  return { kind: "none", why };
}

/** `svc-feed` is often `feed` to its metrics. */
function namesOf(component: string): readonly string[] {
  const short = component.replace(/^(?:svc|service|model|app)-/, "");
  const spelled = [component, short].flatMap((name) => [name, name.replaceAll("-", "_")]);
  return [...new Set(spelled)];
}

async function seriesWith(
  server: MetricServer,
  labels: SeriesLabels,
  { from, to }: { readonly from: Instant; readonly to: Instant },
  signal: AbortSignal,
): Promise<readonly SeriesLabels[]> {
  const matchers = Object.entries(labels).map(
    ([label, value]) => `${label}=${JSON.stringify(value)}`,
  );
  const query = new URLSearchParams({
    "match[]": `{${matchers.join(",")}}`,
    start: String(Math.floor(from / 1000)),
    end: String(Math.ceil(to / 1000)),
  });
  const request = { path: "/api/v1/series", query, maxBytes: LARGEST_ANSWER };
  const { status, text } = await server.ask(request, signal);
  if (status !== 200) throw new Error(`it answered ${status}`);
  const parsed = Series.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error("that is no answer of Prometheus");
  return parsed.data.data;
}
