import { z } from "zod";
import type { RoutinePolicy, Tolerance } from "../../core/policy.ts";
import { strict } from "./strict.ts";

const PERCENT = /^(\d{1,3}(?:\.\d{1,6})?)%$/;

/** `2.5%` as 0.025. */
function percent(most: number) {
  return z
    .string()
    .refine((text) => (shareOf(text) ?? Number.POSITIVE_INFINITY) * 100 <= most, {
      error: `must be a share from 0% to ${most}%, such as 10%`,
    })
    .transform((text) => shareOf(text) ?? 0);
}

function shareOf(text: string): number | null {
  const [, digits] = PERCENT.exec(text) ?? [];
  return digits === undefined ? null : Number(digits) / 100;
}

const BAND =
  "must be a share of the live value such as 2%, or a map of metrics, each with a number or a share";
const TOLERANCE = "must be a number that is not negative, or a share of the live value such as 2%";
const MOST_PERCENT = 100;

const tolerance = z.unknown().transform((value, context): Tolerance => {
  const share = typeof value === "string" ? shareOf(value) : null;
  if (share !== null) return { unit: "share", most: share };
  if (typeof value === "number" && value >= 0) return { unit: "value", most: value };
  context.addIssue({ code: "custom", message: TOLERANCE });
  return z.NEVER;
});

const each = z
  .record(z.string(), tolerance)
  .refine((metrics) => Object.keys(metrics).length > 0, { error: "must name a metric" });

/** One share for all metrics, or a map. */
const band = z.unknown().transform((value, context): RoutinePolicy["band"] => {
  if (typeof value === "string") {
    const most = shareOf(value);
    if (most !== null) return { kind: "all", unit: "share", most };
  } else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const parsed = each.safeParse(value);
    if (parsed.success) return { kind: "each", metrics: parsed.data };
    for (const { path, message } of parsed.error.issues) {
      context.addIssue({ code: "custom", message, path: [...path] });
    }
    return z.NEVER;
  }
  context.addIssue({ code: "custom", message: BAND });
  return z.NEVER;
});

/** A release that differs from the live one by new data only. */
export const routine = strict({
  band: band.meta({
    description:
      "How far metrics may be from the live ones: `2%` for all, or a number or share for each",
  }),
  sample: percent(MOST_PERCENT)
    .prefault("10%")
    .meta({ description: "The share that goes to people all the same" }),
});
