import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { tokenFields } from "./source-fields.ts";

/** Exit handlers of Kubeflow Pipelines. */
export const kubeflowSource = strict({
  type: z.literal("kubeflow").meta({ description: "Exit handlers of Kubeflow Pipelines" }),
  ...tokenFields("What the requests carry in `Authorization`"),
});
