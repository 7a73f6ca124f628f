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

const id = line(250);

const schema = z.object({
  dag_id: id,
  run_id: id,
  state: filled,
  event: filled,
  attempt: filled,
  start_date: filled,
  end_date: filled,
  logical_date: filled,
  notes: filled,
  ...templateFields,
});

/** States of a DAG run, and of a task (airflow/utils/state.py). One that is not listed is no success. */
const OUTCOMES: ReadonlyMap<string, BuildOutcome> = new Map([
  ["success", "success"],
  ["failed", "failure"],
  ["upstream_failed", "failure"],
  ["skipped", "cancelled"],
  ["removed", "cancelled"],
]);
const UNDER_WAY = new Set([
  "none",
  "queued",
  "scheduled",
  "running",
  "restarting",
  "deferred",
  "up_for_retry",
  "up_for_reschedule",
]);

/**
 * What a callback of an Airflow DAG or task posts: by HttpNotifier, whose values are all texts, or by a function
 * of one's own. Airflow sends no id, so that the whole body is the key of its delivery: a run that is cleared
 * and run again says something else.
 */
export const airflowSource: SourceAdapter = {
  mediaTypes: { "application/json": decodeJson },
  verify: (request, { tokens }) => verifyToken(request, tokens),
  parse({ source, body }) {
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      return { kind: "malformed", delivery: null, message: fieldProblems(parsed.error, body) };
    }
    const delivery = madeKey(body);
    return { kind: "delivery", delivery, events: [readRun(parsed.data, source)] };
  },
};

type Body = z.output<typeof schema>;

function readRun(body: Body, source: string): ParsedEvent {
  const state = stateOf(body);
  if (state === "" || UNDER_WAY.has(state)) {
    const what = state === "" ? "says no state" : `is ${state}`;
    return {
      kind: "unsupported",
      code: "not_finished",
      message: `run ${cleanLine(body.run_id, 80)} of ${cleanLine(body.dag_id, 80)} ${what}; a release is made when it has ended: post it from on_success_callback and on_failure_callback`,
    };
  }
  const attempt = Number(/^\d{1,6}$/.exec(body.attempt ?? "")?.[0] ?? 1);
  return {
    kind: "build",
    subject: subjectOf({
      event: body.event,
      workflow: body.dag_id,
      branch: body.branch,
      package: body.model ?? body.subject,
    }),
    build: buildOf({
      ...readTemplateFields(body),
      version: asVersion(body.version ?? body.run_id),
      outcome: OUTCOMES.get(state) ?? "error",
      source,
      run: {
        id: cleanLine(`${body.dag_id}/${body.run_id}`, 200),
        attempt: Math.max(1, attempt),
        url: urlIn(body.url),
      },
      startedAt: timeIn(body.start_date),
      finishedAt: timeIn(body.end_date),
      notes: notesOf(body),
    }),
  };
}

/** The state, or the last word of the event: `airflow.dag_run.success`. */
function stateOf({ state, event }: Body): string {
  return (state ?? event?.split(".").at(-1) ?? "").toLowerCase();
}

/** The logical date is that of the data, and not of the run. */
function notesOf({ notes, logical_date: date }: Body): string | null {
  const time = timeIn(date);
  if (notes !== null || time === null) return notes;
  return `logical date ${new Date(time).toISOString()}`;
}
