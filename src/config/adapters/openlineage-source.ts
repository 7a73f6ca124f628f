import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { tokenFields } from "./source-fields.ts";

/** OpenLineage run events, put together by run. */
export const openlineageSource = strict({
  type: z
    .literal("openlineage")
    .meta({ description: "OpenLineage run events, put together by run" }),
  ...tokenFields("The API key of the transport"),
});
