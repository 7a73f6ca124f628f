import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { tokenFields } from "./source-fields.ts";

/** Events of SageMaker through an EventBridge API destination. */
export const sagemakerSource = strict({
  type: z
    .literal("sagemaker")
    .meta({ description: "Events of SageMaker through an EventBridge API destination" }),
  ...tokenFields("What the connection sends in `Authorization`, or as its API key in `x-api-key`"),
});
