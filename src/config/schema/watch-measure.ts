import { z } from "zod";
import { ALERT_VARIABLES, type LabelValue } from "../../core/alert.ts";
import { template } from "./expressions.ts";
import { words } from "./leaves.ts";
import { strict } from "./strict.ts";

const labelName = z
  .string()
  .regex(/^[A-Za-z_][\w.:-]*$/, { error: "must be the name of a label, e.g. service" });

/** What it stands for is compared, so it is inserted as it is. */
const alertLabel = template(ALERT_VARIABLES).transform(
  ({ source, variables, render }): LabelValue => ({
    source,
    fixed: variables.length === 0,
    valueFor: (subject) => render({ ...subject }, (value) => value),
  }),
);

/** Labels that alerts must have, each with exactly this value. */
export const labelMatch = z
  .record(labelName, alertLabel)
  .refine((labels) => Object.keys(labels).length > 0, {
    error: "must name at least one label, else every alert would be about this release",
  });

/** A query as it is written: its language is that of its source, see `checks/queries.ts`. */
const query = words;

const ratio = strict({
  bad: query.optional().meta({ description: "Counter of bad events" }),
  good: query.optional().meta({ description: "Counter of good events, instead of `bad`" }),
  total: query.meta({ description: "Counter of all events" }),
}).superRefine(({ bad, good }, context) => {
  if ((bad === undefined) !== (good === undefined)) return;
  const message =
    bad === undefined
      ? "has no bad; write the counter of bad events, or that of good ones as good"
      : "has bad and good; write one of them";
  context.addIssue({ code: "custom", message });
});

/** What is asked for: exactly one of them, see `watch-check.ts`. */
export const measures = {
  query: query.optional().meta({ description: "One number at each point, for `pass` and `fail`" }),
  ratio: ratio
    .optional()
    .meta({ description: "Two counters; the share of bad events, or of good ones" }),
  count: strict({ events: query.meta({ description: "Counter of events" }) })
    .optional()
    .meta({ description: "A counter; events a second" }),
  histogram: strict({
    buckets: query.meta({ description: "Its bucket counters" }),
    over: z.number().positive().optional().meta({
      description: "Slow is what takes longer; absent: than the baseline's 95th percentile",
    }),
  })
    .optional()
    .meta({ description: "How long something takes; the share of slow events" }),
  drift: strict({
    buckets: query.meta({ description: "Bucket counters, e.g. of the scores of a model" }),
    statistic: z
      .enum(["psi", "kolmogorov-smirnov"])
      .default("psi")
      .meta({ description: "How the distance of two distributions is measured" }),
    most: z
      .number()
      .positive()
      .optional()
      .meta({ description: "More fails; absent: 0.2 of PSI, 0.1 of Kolmogorov–Smirnov" }),
  })
    .optional()
    .meta({ description: "How far a distribution is from the baseline's" }),
  patterns: strict({
    query: query.meta({ description: "Log lines, e.g. of level error" }),
    least: z
      .int()
      .min(1)
      .default(5)
      .meta({ description: "A pattern of fewer lines does not count" }),
  })
    .optional()
    .meta({ description: "Kinds of log lines that the baseline has not" }),
};
