import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { tokenFields } from "./source-fields.ts";

/** Prefect automations that call a webhook. */
export const prefectSource = strict({
  type: z.literal("prefect").meta({ description: "Prefect automations that call a webhook" }),
  ...tokenFields("What the webhook block sends in `Authorization`"),
});
