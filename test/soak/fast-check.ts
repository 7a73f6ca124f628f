// Past the alias of vitest.soak.config.ts, under which the tests find this file.
import * as real from "../../node_modules/fast-check/lib/fast-check.js";

/** So many times the runs that a test asks for, but no more than these. */
const FACTOR = 30;
const MOST_RUNS = 10_000;
const MOST_MS = 200_000;

/** As fast-check's, with many more runs, each time from another place. */
function assert<T>(
  property: Parameters<typeof real.assert<T>>[0],
  parameters: real.Parameters<T> = {},
): ReturnType<typeof real.assert<T>> {
  return real.assert(property, {
    ...parameters,
    numRuns: Math.min((parameters.numRuns ?? 100) * FACTOR, MOST_RUNS),
    interruptAfterTimeLimit: MOST_MS,
    markInterruptAsFailure: false,
  });
}

const soaking = { ...real.default, assert };

export * from "../../node_modules/fast-check/lib/fast-check.js";
export { assert };
export default soaking;
