import { z } from "zod";
import type { BuildOutcome } from "../../core/build.ts";
import { buildOf, subjectOf } from "./blank.ts";
import { decodeJson } from "./decode.ts";
import { madeKey } from "./delivery-key.ts";
import { fieldProblems } from "./field-problems.ts";
import type { ParsedEvent, SourceAdapter } from "./source.ts";
import { verifyToken } from "./static-token.ts";
import {
  asVersion,
  filled,
  readTemplateFields,
  templateFields,
  timeIn,
  urlIn,
} from "./template-fields.ts";
import { cleanLine, line } from "./text.ts";

const schema = z.object({
  state: line(100),
  pipeline_job_resource_name: line(500),
  pipeline: filled,
  error_message: filled,
  started_at: filled,
  finished_at: filled,
  ...templateFields,
});

/** Of PipelineTaskFinalStatus, and of `{{workflow.status}}` in older installations. */
const OUTCOMES: ReadonlyMap<string, BuildOutcome> = new Map([
  ["SUCCEEDED", "success"],
  ["FAILED", "failure"],
  ["CANCELLED", "cancelled"],
  ["CANCELED", "cancelled"],
  ["SKIPPED", "cancelled"],
  ["ERROR", "error"],
]);
const UNDER_WAY = new Set(["PENDING", "RUNNING", "PAUSED", "CANCELLING", "CANCELING"]);

/**
 * What the last task of a Kubeflow pipeline posts: an exit handler with the final status where the backend
 * gives one (Vertex AI), else a task that runs whatever happened before it.
 */
export const kubeflowSource: SourceAdapter = {
  mediaTypes: { "application/json": decodeJson },
  verify: (request, { tokens }) => verifyToken(request, tokens),
  parse({ source, body }) {
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      return { kind: "malformed", delivery: null, message: fieldProblems(parsed.error, body) };
    }
    const event = readRun(parsed.data, source);
    return { kind: "delivery", delivery: madeKey(body), events: [event] };
  },
};

function readRun(body: z.output<typeof schema>, source: string): ParsedEvent {
  const job = body.pipeline_job_resource_name;
  const name = job.split("/").filter(Boolean).at(-1) ?? job;
  const state = body.state.toUpperCase();
  if (UNDER_WAY.has(state)) {
    const message = `run ${cleanLine(name, 80)} is ${state.toLowerCase()}; a release is made when it has ended: post it from the last task`;
    return { kind: "unsupported", code: "not_finished", message };
  }
  return {
    kind: "build",
    subject: subjectOf({
      workflow: body.pipeline,
      branch: body.branch,
      package: body.model ?? body.subject,
    }),
    build: buildOf({
      ...readTemplateFields(body),
      version: asVersion(body.version ?? name),
      outcome: OUTCOMES.get(state) ?? "error",
      source,
      run: { id: cleanLine(job, 200), attempt: 1, url: urlIn(body.url) },
      startedAt: timeIn(body.started_at),
      finishedAt: timeIn(body.finished_at),
      notes: body.error_message,
    }),
  };
}
