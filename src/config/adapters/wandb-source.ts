import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { longSecret, secretFields, tokenFields } from "./source-fields.ts";

/** Webhook automations of Weights & Biases. */
export const wandbSource = strict({
  type: z
    .literal("wandb")
    .meta({ description: "Webhook automations of Weights & Biases; with both, both must fit" }),
  ...secretFields(longSecret),
  ...tokenFields("The access token of the webhook"),
});
