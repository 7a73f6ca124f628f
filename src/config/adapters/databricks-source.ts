import { z } from "zod";
import { strict } from "../schema/strict.ts";
import { longSecret, neededApi, secretFields } from "./source-fields.ts";

/** Webhooks of a Databricks workspace's model registry. */
export const databricksSource = strict({
  type: z
    .literal("databricks")
    .meta({ description: "Webhooks of a Databricks workspace's model registry" }),
  ...secretFields(longSecret),
  api: neededApi("The workspace, asked for the run behind a model version"),
});
