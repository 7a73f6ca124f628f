import type { Row } from "./row.ts";

/** What `npm run bench -- NAME` runs. */
export interface Benchmark {
  /** How it is measured, in one line. */
  readonly method: string;
  /** @throws when it could not be measured; a missed target is a row */
  measure(): Promise<readonly Row[]>;
}
