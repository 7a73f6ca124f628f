import type { GuardOptions } from "./guard-handler.ts";
import { createCheckReader } from "./read-checks.ts";
import type { WatchOptions } from "./watch-handler.ts";

/** Measures checks of one query each, as a watch does. */
export function createValueMeter(
  options: Omit<WatchOptions, "state" | "random">,
): GuardOptions["meter"] {
  const reader = createCheckReader(options);
  return {
    measure: async ({ checks, window, subject, now }, signal) => {
      const variables = { ...subject };
      const rendered = checks.map((check) => ({
        check,
        query: check.measure.kind === "value" ? options.render(check.measure.query, variables) : "",
      }));
      const read = await reader.read(rendered, window, signal);
      return read.map(({ check, query, reading }) => {
        const assessment = options.assess(check, query, reading, window, now);
        options.telemetry.watchMeasurements.inc({ verdict: assessment.verdict });
        return assessment;
      });
    },
  };
}
