import { z } from "zod";
import { template } from "../schema/expressions.ts";
import { duration, repository, words } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { OPERATION_VARIABLES } from "./template-variables.ts";

/** A workflow that takes `workflow_dispatch`. */
export const githubActionsDeployer = strict({
  type: z
    .literal("github-actions")
    .meta({ description: "A workflow that takes `workflow_dispatch`" }),
  repository: repository.meta({ description: "Where the workflow lives, `owner/name`" }),
  workflow: words.meta({ description: "File name of the workflow, e.g. `deploy.yml`" }),
  ref: words.prefault("main").meta({ description: "Branch or tag whose workflow file runs" }),
  inputs: z.record(words, template(OPERATION_VARIABLES)).optional().meta({
    description:
      "Inputs of the workflow, templates, each declared by it; without: `component`, `version`, `environment`, `digest`, `key`",
  }),
  deployments: z
    .boolean()
    .prefault(true)
    .meta({ description: "Whether GitHub's own pages show the deployment and its state" }),
  every: duration(1000).prefault("10s").meta({ description: "How often to look at the run" }),
  timeout: duration(1000)
    .prefault("30m")
    .meta({ description: "After this long without an end, the outcome is unknown" }),
});
