import type { Build } from "./build.ts";
import type { Instant } from "./json.ts";
import type { JoinBy } from "./policy.ts";
import type { Fragment } from "./run-record.ts";

/** What was reported of releases that are not there yet. */
export type ReportEvent =
  /** One of the events of a run. */
  | { readonly type: "RunReported"; readonly run: string; readonly fragment: Fragment }
  /** It has ended: this is the version of its release. */
  | { readonly type: "RunEnded"; readonly run: string; readonly version: string }
  /** Nothing more is kept of it. */
  | { readonly type: "RunForgotten"; readonly run: string; readonly why: string }
  /** The first of several reports that build one release. */
  | {
      readonly type: "GatheringOpened";
      readonly gathering: string;
      readonly by: JoinBy;
      readonly key: string;
      readonly until: Instant;
    }
  /** One of them: all that it says so far. */
  | {
      readonly type: "PartReported";
      readonly gathering: string;
      readonly part: string;
      readonly build: Build;
    }
  /** All have come, one of them failed, or the time is over: this is the version of its release. */
  | { readonly type: "GatheringClosed"; readonly gathering: string; readonly version: string }
  /** Nothing more is kept of it. */
  | { readonly type: "GatheringForgotten"; readonly gathering: string; readonly why: string };
