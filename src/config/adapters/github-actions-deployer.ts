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
  ref: template(OPERATION_VARIABLES)
    .prefault("main")
    .meta({ description: "Branch or tag on which it runs, a template" }),
  inputs: z
    .record(words, template(OPERATION_VARIABLES))
    .prefault({
      component: "{{component}}",
      version: "{{version}}",
      environment: "{{environment}}",
    })
    .meta({ description: "Inputs of the workflow, templates; the workflow must declare each" }),
  every: duration(1000).prefault("10s").meta({ description: "How often to look at the run" }),
  timeout: duration(1000)
    .prefault("30m")
    .meta({ description: "After this long without an end, the outcome is unknown" }),
});
