import { z } from "zod";
import { AdapterError } from "../../../shared/errors.ts";

const RunHandle = z.object({
  /** null: GitHub took the dispatch and did not say which run it became. */
  run: z.number().int().nullable(),
  /** The attempt that was begun: a re-run by hand is another one, under the same id. */
  attempt: z.number().int().nullable(),
  /** The Deployment that shows it on GitHub's pages. */
  deployment: z.number().int().nullable(),
});

export type RunHandle = z.output<typeof RunHandle>;

export function printRunHandle({ run, attempt, deployment }: RunHandle): string {
  return JSON.stringify({ run, attempt, deployment });
}

export function parseRunHandle(handle: string): RunHandle {
  try {
    return RunHandle.parse(JSON.parse(handle));
  } catch (cause) {
    throw new AdapterError("the handle was not made by a github-actions deployer", {
      retryable: false,
      cause,
    });
  }
}
