import { z } from "zod";
import { answerExpression } from "../schema/expressions.ts";
import { url } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { serverFields } from "./metric-fields.ts";

/** Any system that answers JSON. */
export const httpMetrics = strict({
  type: z.literal("http").meta({ description: "Any system that answers JSON" }),
  ...serverFields({ of: "Address that the query of a check follows", header: "X-Api-Key" }),
  points: answerExpression.optional().meta({
    description: "CEL over `body`: the points of the window, as `[at, value]` or `{at, value}`",
  }),
  value: answerExpression
    .optional()
    .meta({ description: "CEL over `body`, in place of `points`: one number, of the present" }),
  page: url.optional().meta({ description: "Where people look at it" }),
});
