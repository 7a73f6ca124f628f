import { z } from "zod";
import type { BuildOutcome } from "../../core/build.ts";
import { numberIn } from "../../shared/sent-numbers.ts";
import { buildOf, subjectOf } from "./blank.ts";
import { decodeJson } from "./decode.ts";
import { madeKey } from "./delivery-key.ts";
import { fieldProblems } from "./field-problems.ts";
import type { ParsedEvent, SourceAdapter } from "./source.ts";
import { verifyToken } from "./static-token.ts";
import {
  asVersion,
  entriesIn,
  filled,
  readTemplateFields,
  templateFields,
  timeIn,
  unwrapped,
  urlIn,
} from "./template-fields.ts";
import { cleanLine, cleanLines, line } from "./text.ts";

const schema = z.object({
  workflow: line(300),
  namespace: filled,
  /** The uid of the workflow. */
  delivery_id: filled,
  template: filled,
  status: line(100),
  failures: z.unknown().optional(),
  duration: filled,
  created_at: filled,
  parameters: z.unknown().optional(),
  outputs: z.unknown().optional(),
  ...templateFields,
});

type Body = z.output<typeof schema>;

const OUTCOMES: ReadonlyMap<string, BuildOutcome> = new Map([
  ["succeeded", "success"],
  ["failed", "failure"],
  ["error", "error"],
]);

const failureList = z.array(
  z.object({ displayName: filled, templateName: filled, message: filled, phase: filled }),
);
const MOST_FAILURES = 10;

/**
 * What the exit handler of an Argo workflow posts. A workflow that is tried again keeps its uid, so that the
 * whole body is the key of its delivery.
 */
export const argoWorkflowsSource: SourceAdapter = {
  mediaTypes: { "": decodeJson, "application/json": decodeJson },
  verify: (request, { tokens }) => verifyToken(request, tokens),
  parse({ source, body }) {
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      return { kind: "malformed", delivery: null, message: fieldProblems(parsed.error, body) };
    }
    const event = readWorkflow(parsed.data, source);
    return { kind: "delivery", delivery: madeKey(body), events: [event] };
  },
};

function readWorkflow(body: Body, source: string): ParsedEvent {
  const status = body.status.toLowerCase();
  if (status === "running" || status === "pending") {
    const message = `workflow ${cleanLine(body.workflow, 80)} is ${status}; a release is made when it has ended: post it from onExit`;
    return { kind: "unsupported", code: "not_finished", message };
  }
  const parameters = new Map(
    (entriesIn(unwrapped(body.parameters)) ?? []).map(([name, value]) => [name, textOf(value)]),
  );
  const outputs = entriesIn(unwrapped(body.outputs)) ?? [];
  const output = new Map(outputs.map(([name, value]) => [name, textOf(value)]));
  const said = (name: string) => output.get(name) ?? parameters.get(name) ?? null;
  const fields = {
    ...body,
    version: body.version ?? said("version"),
    commit: body.commit ?? said("commit") ?? said("git_sha"),
    branch: body.branch ?? said("branch"),
    artifact: body.artifact ?? said("artifact"),
    digest: body.digest ?? said("digest"),
    metrics: body.metrics ?? numeric(outputs),
  };
  const startedAt = timeIn(body.created_at);
  const seconds = numberIn(body.duration ?? "");
  return {
    kind: "build",
    subject: subjectOf({
      workflow: body.template,
      branch: fields.branch,
      package: body.model ?? body.subject ?? said("model"),
    }),
    build: buildOf({
      ...readTemplateFields(fields),
      version: asVersion(fields.version ?? body.workflow),
      outcome: OUTCOMES.get(status) ?? "error",
      source,
      run: {
        id: cleanLine(body.delivery_id ?? `${body.namespace ?? ""}/${body.workflow}`, 200),
        attempt: 1,
        url: urlIn(body.url),
      },
      startedAt,
      finishedAt: startedAt === null || seconds === null ? null : endOf(startedAt, seconds),
      notes: failuresIn(body.failures),
    }),
  };
}

function endOf(startedAt: number, seconds: number): number | null {
  const end = Math.round(startedAt + seconds * 1_000);
  return seconds >= 0 && Number.isSafeInteger(end) ? end : null;
}

function textOf(value: unknown): string | null {
  const text = filled.safeParse(value);
  return text.success ? text.data : null;
}

/** What is no number is no metric, among outputs: a version and a digest are outputs too. */
function numeric(outputs: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(
    outputs.filter(([name, value]) => name !== "version" && numberIn(value) !== null),
  );
}

/** What failed, and why: `train: exit code 137`. A list, or the JSON text that Argo makes of it. */
function failuresIn(failures: unknown): string | null {
  const list = failureList.safeParse(unwrapped(failures));
  if (!list.success || list.data.length === 0) return null;
  const told = list.data.slice(0, MOST_FAILURES).map((failure) => {
    const name = failure.displayName ?? failure.templateName ?? "a step";
    return `${name}: ${failure.message ?? failure.phase ?? "failed"}`;
  });
  const more = list.data.length - told.length;
  return cleanLines([...told, ...(more > 0 ? [`and ${more} more`] : [])].join("\n"), 5_000);
}
