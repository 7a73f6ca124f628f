import { z } from "zod";
import { duration } from "./leaves.ts";
import { strict } from "./strict.ts";

/** Closed releases stay at hand in this number: more cannot be counted. */
const MOST_RELEASES = 20;

/** When releases come faster than people can look at them. */
export const storm = strict({
  releases: z
    .int()
    .min(0, { error: "must not be negative; 0 gives every release a card of its own" })
    .max(MOST_RELEASES, { error: `must be at most ${MOST_RELEASES}` })
    .refine((releases) => releases !== 1, {
      error: "must be at least 2, or 0 to give every release a card of its own",
    })
    .default(5)
    .meta({
      description: "From this one on, the newest takes over the card of the one before; `0`: never",
    }),
  within: duration(1_000)
    .prefault("10m")
    .meta({ description: "The time in which they are counted" }),
});
