import type { Fragment } from "./run-record.ts";

/** What was reported of releases that are not there yet. */
export type ReportEvent =
  /** One of the events of a run. */
  | { readonly type: "RunReported"; readonly run: string; readonly fragment: Fragment }
  /** It has ended: this is the version of its release. */
  | { readonly type: "RunEnded"; readonly run: string; readonly version: string }
  /** Nothing more is kept of it. */
  | { readonly type: "RunForgotten"; readonly run: string; readonly why: string };
