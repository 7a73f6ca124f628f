import { z } from "zod";
import type { Effect } from "../../core/watch-policy.ts";
import { passExpression } from "./expressions.ts";
import { title } from "./leaves.ts";
import { strict } from "./strict.ts";
import { labelMatch, measures } from "./watch-measure.ts";

const EFFECT = "must be a difference such as 0.005, or a share of the baseline such as 3%";

const effect = z
  .union(
    [
      z.number().positive({ error: EFFECT }),
      z.string().regex(/^(?!0*(?:\.0*)?%)\d+(?:\.\d+)?%$/, { error: EFFECT }),
    ],
    {
      error: EFFECT,
    },
  )
  .transform((written): Effect => {
    if (typeof written === "number") return { unit: "value", least: written };
    return { unit: "share", least: Number(written.slice(0, -1)) / 100 };
  });

const comparison = strict({
  with: z.enum(["auto", "stable", "previous", "last-week"]).default("auto").meta({
    description: "The version beside it, the time before the deployment, or a week before",
  }),
  method: z
    .enum(["sequential", "mann-whitney"])
    .default("sequential")
    .meta({ description: "Read at each sample, or once at the end as Kayenta does" }),
  worse: z
    .enum(["higher", "lower", "either"])
    .optional()
    .meta({ description: "Which way is worse; known for all but `query`" }),
  effect: effect.optional().meta({
    description:
      "The smallest difference that matters: in its own unit, or as `3%` of the baseline",
  }),
  baseline: strict(measures)
    .optional()
    .meta({ description: "Other queries for the baseline, of the same kind" }),
});

const { $schema: _dialect, ...comparisonForEditors } = z.toJSONSchema(comparison, { io: "input" });

/** `compare: auto` is a comparison with all defaults. */
const compare = z
  .preprocess((written) => (written === "auto" ? {} : written), comparison)
  .meta({
    anyOf: [{ const: "auto" }, comparisonForEditors],
    description: "`auto`, or a map of `with`, `method`, `worse`, `effect`, `baseline`",
  });

const ALL = { ...measures, alerts: labelMatch.optional() };
const KINDS = Object.keys(ALL) as (keyof typeof ALL)[];

export const watchCheck = strict({
  name: title.meta({ description: "Shown on the card" }),
  source: z.string().meta({ description: "A name under `metrics`" }),
  ...measures,
  alerts: labelMatch
    .optional()
    .meta({ description: "Alerts with these labels that the source says are firing" }),
  pass: passExpression.optional().meta({
    description: "CEL over `value`, `baseline`, `samples`: a point that fulfils it is good",
  }),
  fail: passExpression.optional().meta({
    description: "The same: a point that fulfils it is bad; with both, else it is inconclusive",
  }),
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
  inconclusiveLimit: z
    .int()
    .min(0)
    .optional()
    .meta({ description: "More samples than this that nobody can judge is inconclusive at once" }),
  consecutiveSuccesses: z
    .int()
    .min(1)
    .optional()
    .meta({ description: "This many in a row is a success before the end" }),
  minSamples: z
    .int()
    .min(1)
    .default(3)
    .meta({ description: "With fewer judged samples the check is inconclusive" }),
  noData: z
    .enum(["inconclusive", "fail", "pass"])
    .default("inconclusive")
    .meta({ description: "What a sample that is not there means" }),
  compare: compare.optional(),
  weight: z.number().min(0).default(1).meta({ description: "Its share of the score" }),
  key: z
    .boolean()
    .default(false)
    .meta({ description: "If it fails, the whole fails, whatever the score is" }),
})
  .superRefine((check, context) => {
    const given = KINDS.filter((kind) => check[kind] !== undefined);
    if (given.length === 1) return;
    const all = KINDS.join(", ");
    const message =
      given.length === 0
        ? `says not what to measure; write one of ${all}`
        : `has ${given.join(" and ")}; write one of them, and another check for the other`;
    context.addIssue({ code: "custom", message });
  })
  .meta({ id: "WatchCheck" });

export type ParsedCheck = z.output<typeof watchCheck>;
export type ParsedComparison = NonNullable<ParsedCheck["compare"]>;
export type ParsedMeasures = NonNullable<ParsedComparison["baseline"]>;
