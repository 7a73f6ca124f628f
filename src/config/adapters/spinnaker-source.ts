import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { tokenFields } from "./source-fields.ts";

/** Pipelines of Spinnaker. */
export const spinnakerSource = strict({
  type: z.literal("spinnaker").meta({ description: "Pipelines of Spinnaker" }),
  ...tokenFields("`Authorization: Bearer`, or the password of `Basic`"),
});
