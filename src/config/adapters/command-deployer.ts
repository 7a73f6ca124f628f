import { z } from "zod";
import { template } from "../schema/expressions.ts";
import { duration, words } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { OPERATION_VARIABLES, STARTED_VARIABLES } from "./template-variables.ts";

function argv(variables: readonly string[]) {
  return z
    .array(template(variables))
    .min(1, { error: "must name the program" })
    .superRefine(([program], context) => {
      if (program === undefined || (program.variables.length === 0 && program.source !== ""))
        return;
      const message = "the program must be written out, without variables";
      context.addIssue({ code: "custom", message, path: [0] });
    });
}

const environmentName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: "must be the name of an environment variable" });

/** A program on this machine, started without a shell; exit 0 means done. */
export const commandDeployer = strict({
  type: z
    .literal("command")
    .meta({ description: "A program on this machine, started without a shell" }),
  start: argv(OPERATION_VARIABLES).meta({ description: "Program and arguments, templates" }),
  observe: argv(STARTED_VARIABLES)
    .optional()
    .meta({ description: "Exit 0: done; absent: done when `start` has ended with 0" }),
  rollback: argv(OPERATION_VARIABLES)
    .optional()
    .meta({ description: "Absent: `start` again with the last good version" }),
  stop: argv(STARTED_VARIABLES).optional().meta({ description: "Asks a running one to stop" }),
  env: z
    .record(environmentName, template(OPERATION_VARIABLES))
    .prefault({})
    .meta({ description: "Environment variables of the program, beside `PATH`; templates" }),
  workingFolder: words.optional().meta({ description: "Absent: where Slipway runs" }),
  every: duration(100).prefault("5s").meta({ description: "How often to run `observe`" }),
  timeout: duration(1000)
    .prefault("30m")
    .meta({ description: "After this long without an end, the outcome is unknown" }),
});
