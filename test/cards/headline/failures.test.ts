import { describe, expect, it } from "vitest";
import { failureHeadline } from "../../../src/cards/headline/failure-headline.ts";
import type { Failures } from "../../../src/core/failure.ts";
import { aRelease } from "../../support/builders.ts";

function newsOf(failures: Failures | undefined): string {
  const status = { kind: "failed", outcome: "error" } as const;
  const release = aRelease({ status, ...(failures === undefined ? {} : { failures }) });
  return failureHeadline(release, status).news.plain;
}

describe("the card of builds that failed", () => {
  it.each<readonly [string, Failures | undefined]>([
    ["build ended in an error", undefined],
    ["build ended in an error", { count: 1, since: "1.4.1" }],
    ["3 failed builds since 1.4.1, last: build ended in an error", { count: 3, since: "1.4.1" }],
    ["2 failed builds, last: build ended in an error", { count: 2, since: null }],
  ])("says: %s", (news, failures) => {
    expect(newsOf(failures)).toBe(news);
  });
});
