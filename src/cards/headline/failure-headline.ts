import type { Release, ReleaseStatus } from "../../core/release.ts";
import { plain } from "../text/plain.ts";
import { failedBuildHeadline } from "./candidate-headline.ts";
import type { Headline } from "./headline.ts";

/** A build that failed, and how many did before it: they share one card. */
export function failureHeadline(
  release: Release,
  status: Extract<ReleaseStatus, { readonly kind: "failed" }>,
): Headline {
  const headline = failedBuildHeadline(release, status);
  const { count, since } = release.failures ?? { count: 1, since: null };
  if (count === 1) return headline;
  const after = since === null ? plain`` : plain` since ${since}`;
  return {
    ...headline,
    news: plain`${count} failed builds${after}, last: ${headline.news}`,
  };
}
