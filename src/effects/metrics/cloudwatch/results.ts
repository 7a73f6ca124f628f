import type { GetMetricDataCommandOutput, MetricDataResult } from "@aws-sdk/client-cloudwatch";
import type { Reading, Sample } from "../../../core/verdict.ts";
import { oneLine } from "../../one-line.ts";
import { samplesOfBuckets } from "../aligned-buckets.ts";
import type { SampleGrid } from "../sample-grid.ts";

/** Puts the pages of an answer together. */
export interface ResultCollector {
  /** What the page says is wrong; null: nothing. */
  add(page: Pick<GetMetricDataCommandOutput, "MetricDataResults" | "Messages">): Reading | null;
  reading(grid: SampleGrid): Reading;
}

/**
 * `PartialData` on a page is ordinary while more pages follow; on the last one it means that CloudWatch does
 * not have everything. `Forbidden` and `InternalError` come with HTTP 200, as do remarks about what was left out.
 */
export function createResultCollector(returned: string): ResultCollector {
  const samples: Sample[] = [];
  let last: MetricDataResult | null = null;

  return {
    add: ({ MetricDataResults: results, Messages: messages = [] }) => {
      const [message] = messages;
      if (results === undefined) {
        return {
          kind: "error",
          why: "it answered without MetricDataResults: is the endpoint right?",
        };
      }
      if (message !== undefined) {
        return { kind: "partial", why: oneLine(`${message.Code}: ${message.Value}`) };
      }
      const refused = results.find(
        ({ StatusCode: code }) => code === "Forbidden" || code === "InternalError",
      );
      if (refused !== undefined) return { kind: "error", why: statusText(refused) };
      const wanted = results.filter(({ Id }) => Id === returned);
      if (wanted.length > 1) {
        const why = `the query gives ${wanted.length} series, and one is needed: aggregate it, as in SUM(SEARCH(…))`;
        return { kind: "error", why };
      }
      for (const result of wanted) {
        last = result;
        const { Timestamps: times = [], Values: values = [] } = result;
        for (const [index, time] of times.entries()) {
          const value = values[index] ?? null;
          const isNumber = value !== null && Number.isFinite(value);
          samples.push({ at: time.getTime(), value: isNumber ? value : null });
        }
      }
      return null;
    },
    reading: (grid) => {
      if (last !== null && last.StatusCode !== "Complete") {
        return { kind: "partial", why: statusText(last) };
      }
      return samplesOfBuckets(grid, samples, "CloudWatch");
    },
  };
}

function statusText({ StatusCode: code, Messages: messages = [] }: MetricDataResult): string {
  const said = messages.map(({ Value }) => Value ?? "").join("; ");
  return oneLine(`it answered ${code ?? "without a status"}${said === "" ? "" : `: ${said}`}`);
}
