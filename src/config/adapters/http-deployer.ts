import { z } from "zod";
import {
  answerCondition,
  answerExpression,
  template,
  templateTree,
  urlTemplate,
} from "../schema/expressions.ts";
import { duration, headerName } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { OPERATION_VARIABLES, STARTED_VARIABLES } from "./template-variables.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

function request(method: (typeof METHODS)[number], variables: readonly string[]) {
  return {
    method: z.enum(METHODS).default(method).meta({ description: "HTTP method" }),
    url: urlTemplate(variables).meta({ description: "Address, a template after the host" }),
    headers: z
      .record(headerName, template(variables))
      .prefault({})
      .meta({ description: "Headers, templates" }),
    body: templateTree(variables)
      .optional()
      .meta({ description: "Sent as JSON; every text in it is a template" }),
  };
}

const id = answerExpression
  .optional()
  .meta({ description: "CEL over the answer: what `{{id}}` is from then on; absent: `{{key}}`" });

/** Any system that takes a request and can be asked for the result. */
export const httpDeployer = strict({
  type: z
    .literal("http")
    .meta({ description: "Any system that takes a request and can be asked for the result" }),
  start: strict({ ...request("POST", OPERATION_VARIABLES), id }).meta({
    description: "Starts an operation. Sent once; never repeated without `lookup`",
  }),
  observe: strict({
    ...request("GET", STARTED_VARIABLES),
    every: duration(100).prefault("5s").meta({ description: "How often to ask" }),
    timeout: duration(1000)
      .prefault("30m")
      .meta({ description: "After this long without an end, the outcome is unknown" }),
    succeeded: answerCondition.meta({ description: "CEL over the answer: it is done" }),
    failed: answerCondition.meta({ description: "CEL over the answer: it has failed" }),
    detail: answerExpression
      .optional()
      .meta({ description: "CEL over the answer: one line for people" }),
  }).meta({ description: "Asks how an operation goes" }),
  lookup: strict({
    ...request("GET", OPERATION_VARIABLES),
    id: answerExpression.meta({
      description: "CEL over the answer: the operation; null where there is none, as for 404",
    }),
  })
    .optional()
    .meta({ description: "Finds an operation by its `{{key}}`, when no answer to `start` came" }),
  rollback: strict({ ...request("POST", OPERATION_VARIABLES), id })
    .optional()
    .meta({ description: "Absent: `start` again with the last good version" }),
  stop: strict(request("POST", STARTED_VARIABLES))
    .optional()
    .meta({ description: "Asks a running operation to stop" }),
  shift: strict(request("POST", STARTED_VARIABLES))
    .optional()
    .meta({ description: "Shifts traffic to `{{weight}}` percent; not used by all-at-once" }),
});
