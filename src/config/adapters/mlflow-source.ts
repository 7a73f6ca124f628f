import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { longSecret, neededApi, secretFields } from "./source-fields.ts";

/** Webhooks of MLflow's model registry. */
export const mlflowSource = strict({
  type: z
    .literal("mlflow")
    .meta({ description: "Webhooks of MLflow's model registry; the run is looked up" }),
  ...secretFields(longSecret),
  api: neededApi("The tracking server, asked for the run behind a model version"),
});
