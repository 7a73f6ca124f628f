import { z } from "zod";
import { ALERT_VARIABLES, type LabelValue } from "../../core/alert.ts";
import { passExpression, query, template } from "./expressions.ts";
import { duration, title } from "./leaves.ts";
import { strict } from "./strict.ts";

const NEVER_BY_ITSELF = {
  error: "must be announce or ask: no data proves nothing, so it never rolls back by itself",
};

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

export const watch = strict({
  for: duration(1000).meta({ description: "How long to measure after the release took traffic" }),
  every: duration(1000).meta({ description: "How often" }),
  warmUp: duration(0)
    .prefault("0s")
    .meta({ description: "Measurements in the first part are not judged" }),
  on: strict({
    failure: z
      .enum(["rollback", "announce", "ask"])
      .default("rollback")
      .meta({ description: "When a check fails" }),
    inconclusive: z
      .enum(["announce", "ask"], NEVER_BY_ITSELF)
      .default("ask")
      .meta({ description: "When there is too little data" }),
    error: z
      .enum(["announce", "ask"], NEVER_BY_ITSELF)
      .default("ask")
      .meta({ description: "When the metrics source cannot be asked" }),
  })
    .prefault({})
    .meta({ description: "What happens" }),
  checks: z
    .array(
      strict({
        name: title.meta({ description: "Shown on the card" }),
        source: z.string().meta({ description: "A name under `metrics`" }),
        query: query.meta({ description: "PromQL for one series; variables in quotes" }),
        pass: passExpression.meta({ description: "CEL over `value`" }),
        failureLimit: z
          .int()
          .min(0)
          .optional()
          .meta({ description: "More failures than this in total is a failure" }),
        consecutiveFailures: z
          .int()
          .min(1)
          .optional()
          .meta({ description: "This many in a row; 3 when neither limit is given" }),
        minSamples: z
          .int()
          .min(1)
          .default(3)
          .meta({ description: "With fewer judged samples the check is inconclusive" }),
        noData: z
          .enum(["inconclusive", "fail", "pass"])
          .default("inconclusive")
          .meta({ description: "What a sample that is not there means" }),
      }),
    )
    .min(1, { error: "must have at least one check" })
    .meta({ description: "What is measured" }),
  alerts: z
    .array(
      strict({
        source: z.string().meta({ description: "A name under `sources` that sends alerts" }),
        match: z
          .record(labelName, alertLabel)
          .refine((labels) => Object.keys(labels).length > 0, {
            error: "must name at least one label, else every alert would be about this release",
          })
          .meta({ description: "Labels that the alert must have, with these values" }),
      }),
    )
    .prefault([])
    .meta({ description: "Alerts that fail the watch when they begin to fire in it" }),
});
