import type { Episode } from "../../src/core/episodes/episode.ts";
import { MINUTE } from "./policies.ts";
import { NOON } from "./story.ts";

/** A healthy release that passed its watch of ten minutes. */
export function anEpisode(overrides: Partial<Episode> = {}): Episode {
  return {
    component: "svc-feed",
    environment: "production",
    promotion: "svc-feed@2/production/1",
    version: "2",
    previous: "1",
    from: NOON,
    until: NOON + 10 * MINUTE,
    guardedSince: null,
    breach: null,
    outcome: { kind: "passed", at: NOON + 10 * MINUTE },
    falseAlarm: null,
    truth: { kind: "healthy", why: "it passed" },
    ...overrides,
  };
}
