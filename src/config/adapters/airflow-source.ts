import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { tokenFields } from "./source-fields.ts";

/** Callbacks of Airflow's DAGs and tasks. */
export const airflowSource = strict({
  type: z.literal("airflow").meta({ description: "Callbacks of Airflow's DAGs and tasks" }),
  ...tokenFields("What the requests carry in `Authorization`"),
});
