import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { tokenFields } from "./source-fields.ts";

/** Job callbacks of Azkaban. */
export const azkabanSource = strict({
  type: z.literal("azkaban").meta({ description: "Job callbacks of Azkaban" }),
  ...tokenFields("`Authorization: Bearer`"),
});
