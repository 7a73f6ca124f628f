import type { Directory } from "../core/actor.ts";
import type { DrawnChart } from "../core/chart.ts";
import type { ComponentState, Freeze } from "../core/component.ts";
import type { DoraFigures } from "../core/dora/figures.ts";
import type { ThreadLine } from "../core/job.ts";
import type { Instant } from "../core/json.ts";
import type { Relations } from "../core/need.ts";
import type { Offer } from "../core/offer.ts";
import type { ComponentPolicy } from "../core/policy.ts";
import type { Promotion } from "../core/promotion.ts";
import type { Release } from "../core/release.ts";
import type { CheckAssessment } from "../core/verdict.ts";
import type { Mention } from "./text/mention.ts";

/** All that the card of one release is drawn from. */
export interface ReleaseView {
  readonly state: ComponentState;
  readonly release: Release;
  /** null: the component is no longer configured. */
  readonly policy: ComponentPolicy | null;
  /** The people behind the policy's principals, and behind the author of the change. */
  readonly directory: Directory;
  /** People who never count: the author. */
  readonly excluded: readonly string[];
  /** What may be done now: becomes the buttons. */
  readonly offers: readonly Offer[];
  /** A freeze over everything, or null. */
  readonly freeze: Freeze | null;
  /** What it needs of other components, and who needs it. */
  readonly relations: Relations;
  readonly now: Instant;
}

/** What the announcement of an incident is drawn from. */
export interface AlertView extends ReleaseView {
  /** The promotion that went wrong, one of the release's. */
  readonly promotion: Promotion;
  /** Who is told: mentioned in the announcement. */
  readonly told: readonly Mention[];
}

/** What a message in a release's thread is drawn from. */
export interface ThreadView {
  readonly state: ComponentState;
  readonly release: Release;
  readonly policy: ComponentPolicy | null;
  readonly lines: readonly ThreadLine[];
  /** The channel sees it too, and does not see the card beside it. */
  readonly broadcast: boolean;
  readonly mentions: readonly Mention[];
}

/** One component as overview and digest show it. */
export interface ComponentView {
  readonly state: ComponentState;
  readonly policy: ComponentPolicy;
}

export interface OverviewView {
  readonly components: readonly ComponentView[];
  readonly freeze: Freeze | null;
  readonly now: Instant;
}

export interface DigestView extends OverviewView {
  /** The start of the time that is summed up; its end is `now`. */
  readonly since: Instant;
}

export interface HistoryView {
  readonly state: ComponentState;
  readonly policy: ComponentPolicy | null;
  /** One page, newest first; some of them may be archived. */
  readonly releases: readonly Release[];
  /** The command that shows the next page; null: this is the last. */
  readonly older: string | null;
  /** Of gates over the last releases. */
  readonly charts: readonly DrawnChart[];
  readonly now: Instant;
}

/** What `/release COMPONENT watch` is drawn from. */
export interface WatchView {
  readonly state: ComponentState;
  readonly release: Release;
  /** The one that is watched, or was last. */
  readonly promotion: Promotion;
  readonly policy: ComponentPolicy | null;
  /** Measured just now; null: it could not be, or is not any more, and what was recorded is shown. */
  readonly measured: readonly CheckAssessment[] | null;
  readonly charts: readonly DrawnChart[];
  /** What people should know about how this was put together. */
  readonly notes: readonly string[];
  readonly now: Instant;
}

/** What `/release COMPONENT diff` is drawn from. */
export interface DiffView {
  readonly component: string;
  /** null: there is nothing to compare with. */
  readonly from: Release | null;
  readonly to: Release;
  /** The environment where users are, whose gates are compared; null: the component is not configured. */
  readonly environment: string | null;
}

/** What `/release stats` is drawn from. */
export interface StatsView {
  /** null: every component. */
  readonly component: string | null;
  readonly components: readonly ComponentStats[];
  /** Of all components together. */
  readonly total: DeliveredSince;
  /** The time that was asked for begins here; it ends at `now`. */
  readonly since: Instant;
  readonly now: Instant;
}

export interface ComponentStats extends DeliveredSince {
  readonly component: string;
  /** The last one, where users are. */
  readonly environment: string;
}

export interface DeliveredSince {
  readonly figures: DoraFigures;
  /** From here on it has been recorded; never before the time that was asked for. */
  readonly since: Instant;
}
