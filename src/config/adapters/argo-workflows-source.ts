import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { tokenFields } from "./source-fields.ts";

/** Exit handlers of Argo Workflows. */
export const argoWorkflowsSource = strict({
  type: z.literal("argo-workflows").meta({ description: "Exit handlers of Argo Workflows" }),
  ...tokenFields("What the requests carry in `Authorization`"),
});
