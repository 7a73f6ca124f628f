import { z } from "zod";
import { duration, words } from "./leaves.ts";
import { strict } from "./strict.ts";

/** Several reports build one release. */
export const join = strict({
  by: z
    .enum(["commit", "digest", "version"])
    .meta({ description: "What they have in common; a report without it is refused" }),
  wait: duration(1_000).prefault("30m").meta({
    description: "After the first; then the release is made, and what has not come blocks it",
  }),
  parts: z
    .array(words)
    .min(2, { error: "must name at least two parts; leave join out where one report is enough" })
    .refine((parts) => new Set(parts).size === parts.length, {
      error: "names a part twice",
    })
    .meta({
      description: "What must come, in order of precedence: `part` of a rule, or its `source`",
    }),
});
