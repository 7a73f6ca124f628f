import type { Mrkdwn } from "../text/mrkdwn.ts";
import type { Plain } from "../text/plain.ts";

/** What a card says first: what happened where, and what is asked. */
export interface Headline {
  /** An emoji; `news` says the same in words. */
  readonly symbol: string;
  /** Follows the component and the version. */
  readonly news: Plain;
  /** What a phone shows besides the news: what is asked, or why; null: the news says it all. */
  readonly more: Plain | null;
  /** Below the title, the most important first. */
  readonly lines: readonly Mrkdwn[];
  /** Where the news is from; null: it is about the release as a whole. */
  readonly environment: string | null;
}
