import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { secretFields, webhookSecret } from "./source-fields.ts";

/** Signed build reports of any system. */
export const reportSource = strict({
  type: z.literal("report").meta({ description: "Signed build reports of any system" }),
  ...secretFields(webhookSecret),
});
