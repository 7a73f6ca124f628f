import type { Row } from "./row.ts";

/** What was asked for on the command line. */
export interface Run {
  /** `--long`: what takes long is waited for. */
  readonly long: boolean;
}

/** What `npm run bench -- NAME` runs. */
export interface Benchmark {
  /** How it is measured, in one line. */
  readonly method: string;
  /** @throws when it could not be measured; a missed target is a row */
  measure(run: Run): Promise<readonly Row[]>;
}
