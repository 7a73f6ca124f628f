import type { ReleaseView } from "../../src/cards/view.ts";
import { NO_RELATIONS } from "../../src/core/need.ts";
import type { Promotion } from "../../src/core/promotion.ts";
import type { Release } from "../../src/core/release.ts";
import {
  aBuild,
  aComponentPolicy,
  aComponentState,
  aDataset,
  aGateJudgement,
  aGateNumber,
  aGateResult,
  aNotes,
  anEnvironmentState,
  aPromotion,
  aRelease,
  HOUR,
  NOW,
} from "../support/builders.ts";

/** The release that is live in both environments before the one that the tests draw. */
export const CHAMPION = aRelease({
  version: "2026.11.15-1",
  sequence: 6,
  registeredAt: NOW - 7 * 24 * HOUR,
  build: aBuild({
    version: "2026.11.15-1",
    metrics: { auc: 0.8101, p95_latency_ms: 22.9 },
    datasets: [aDataset({ version: "2026-11-14", rows: 80_029_100 })],
  }),
});

/** A retrain that waits for two approvals into production, with evidence of every kind. */
export function aView(
  overrides: Partial<ReleaseView> & {
    readonly drawn?: Partial<Release>;
    readonly promotions?: readonly Promotion[];
  } = {},
): ReleaseView {
  const { drawn = {}, promotions = [aPromotion()], ...rest } = overrides;
  const release = aRelease({
    promotions,
    gates: { production: EVIDENCE },
    notes: aNotes(),
    ...drawn,
  });
  return {
    release,
    state: aComponentState({
      releases: [CHAMPION, release],
      environments: [
        anEnvironmentState("staging", { live: release.id, serving: release.id }),
        anEnvironmentState("production", { live: CHAMPION.id, serving: CHAMPION.id }),
      ],
    }),
    policy: aComponentPolicy(),
    directory: {
      "@ml-leads": ["U024BE7LH", "U0LEA0002"],
      "@sre": ["U0RAJ4X2P"],
      "dana@acme.test": ["U0DANA77Q"],
    },
    excluded: ["U0DANA77Q"],
    offers: [],
    freeze: null,
    relations: NO_RELATIONS,
    now: NOW,
    ...rest,
  };
}

export const EVIDENCE = aGateJudgement({
  results: [
    aGateResult(),
    aGateResult({
      name: "every slice above 0.75",
      verdict: "warn",
      sentence: 'slices["country=BR"].auc is 0.741, and must be >= 0.75',
      numbers: [
        aGateNumber({
          subject: 'slices["country=DE"].auc',
          actual: 0.822,
          limit: 0.75,
          live: 0.82,
        }),
        aGateNumber({
          subject: 'slices["country=BR"].auc',
          actual: 0.741,
          limit: 0.75,
          live: 0.752,
        }),
      ],
    }),
    aGateResult({
      name: "p95 latency below 30 ms",
      numbers: [
        aGateNumber({
          subject: "metrics.p95_latency_ms",
          operator: "<",
          actual: 21.4,
          limit: 30,
          live: 22.9,
        }),
      ],
    }),
  ],
});
