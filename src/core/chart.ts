import type { Instant } from "./json.ts";

/** How charts are shown: in Slack's own blocks where it takes them, as pictures, or not at all. */
export type ChartForm = "native" | "image" | "none";

/** Why a chart is drawn: something went wrong, or what was done about it is done. */
export type ChartOccasion = "incident" | "rollback";

/** The charts of an incident, as they are shown with its announcement. */
export interface PromotionCharts {
  readonly occasion: ChartOccasion;
  /** When the incident began that they are of. */
  readonly of: Instant;
  /** The start of the time that they show. */
  readonly from: Instant;
  readonly drawn: readonly DrawnChart[];
}

export interface DrawnChart {
  readonly check: string;
  /** Slack's id of the picture; null: it could not be uploaded. */
  readonly file: string | null;
  /** What the picture shows, in words and numbers. */
  readonly alt: string;
  /** The same for Slack's own chart block; null: it is not to be used, or cannot show it. */
  readonly native: NativeChart | null;
}

/** A few points, as Slack's chart block takes them: each series has a value for every category. */
export interface NativeChart {
  readonly title: string;
  readonly categories: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** How many charts one message shows: as many as Slack takes of its own. */
export const MOST_CHARTS = 2;
