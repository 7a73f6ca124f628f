import { z } from "zod";
import { duration } from "./leaves.ts";
import { strict } from "./strict.ts";
import { watchCheck } from "./watch-check.ts";
import { labelMatch } from "./watch-measure.ts";

const NEVER_BY_ITSELF = {
  error: "must be announce or ask: no data proves nothing, so it never rolls back by itself",
};
const NEVER_SO_LATE = {
  error:
    "must be announce or ask: what is known a day later is for people to act on, so it never rolls back by itself",
};

const inconclusive = z
  .enum(["announce", "ask"], NEVER_BY_ITSELF)
  .default("ask")
  .meta({ description: "When there is too little data" });
const error = z
  .enum(["announce", "ask"], NEVER_BY_ITSELF)
  .default("ask")
  .meta({ description: "When the metrics source cannot be asked" });

const actions = strict({
  failure: z
    .enum(["rollback", "announce", "ask"])
    .default("rollback")
    .meta({ description: "When a check fails" }),
  inconclusive,
  error,
}).meta({ id: "WatchActions" });

const lateActions = strict({
  failure: z
    .enum(["announce", "ask"], NEVER_SO_LATE)
    .default("ask")
    .meta({ description: "When a check fails" }),
  inconclusive,
  error,
});

const percent = z.number().min(0).max(100);

const score = strict({
  pass: percent.meta({ description: "At least this many percent of the weight: success" }),
  warn: percent.meta({ description: "At least this, and people are asked; less is a failure" }),
})
  .superRefine(({ pass, warn }, context) => {
    if (warn <= pass) return;
    const message = `must not be more than pass (${pass})`;
    context.addIssue({ code: "custom", path: ["warn"], message });
  })
  .meta({ id: "WatchScore" });

const checks = z.array(watchCheck).min(1, { error: "must have at least one check" });

const guard = strict({
  every: duration(1000).meta({ description: "How often" }),
  window: duration(1000).meta({ description: "Each look judges this much of the time before it" }),
  on: actions.optional().meta({ description: "What happens; absent: as in the watch" }),
  checks: checks.optional().meta({ description: "What is measured; absent: as in the watch" }),
  score: score
    .optional()
    .meta({ description: "What the weights come to; absent: as in the watch" }),
});

const confirm = strict({
  after: duration(1000).meta({ description: "When it begins, after the release took traffic" }),
  for: duration(1000).meta({ description: "How long to measure" }),
  every: duration(1000).meta({ description: "How often" }),
  on: lateActions.prefault({}).meta({ description: "What happens" }),
  checks: checks.meta({ description: "What is measured" }),
  score: score.optional().meta({ description: "What the weights of the checks come to" }),
});

export const watch = strict({
  for: duration(1000).meta({ description: "How long to measure after the release took traffic" }),
  every: duration(1000).meta({ description: "How often" }),
  warmUp: duration(0)
    .prefault("0s")
    .meta({ description: "Measurements in the first part are not judged" }),
  on: actions.prefault({}).meta({ description: "What happens" }),
  checks: checks.meta({ description: "What is measured" }),
  score: score.optional().meta({
    description: "What the weights come to; absent: each check that fails fails the whole",
  }),
  alerts: z
    .array(
      strict({
        source: z.string().meta({ description: "A name under `sources` that sends alerts" }),
        match: labelMatch.meta({
          description: "Labels that the alert must have, with these values",
        }),
      }),
    )
    .prefault([])
    .meta({
      description: "Alerts that fail the watch, and then the guard, when they begin to fire in it",
    }),
  guard: guard.optional().meta({
    description: "Goes on measuring what is live until the next release; absent: nothing",
  }),
  confirm: confirm
    .optional()
    .meta({ description: "A second watch, of labels that come later; absent: none" }),
});
