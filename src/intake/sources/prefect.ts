import { z } from "zod";
import type { BuildOutcome } from "../../core/build.ts";
import { buildOf, subjectOf } from "./blank.ts";
import { decodeJson } from "./decode.ts";
import { fieldProblems } from "./field-problems.ts";
import { isDeliveryKey, type ParsedEvent, type SourceAdapter } from "./source.ts";
import { verifyToken } from "./static-token.ts";
import { asVersion, filled, readTemplateFields, timeIn, urlIn } from "./template-fields.ts";
import { cleanLine, line } from "./text.ts";

const FLOW_RUN = "prefect.flow-run.";
const STATE_TYPE = "prefect.state-type";

const loose = z.record(z.string(), z.unknown()).nullish();
const resource = z.object({
  "prefect.resource.id": z.string().max(300),
  "prefect.resource.name": filled,
  "prefect.resource.role": filled,
  [STATE_TYPE]: filled,
  "prefect.state-message": filled,
});

const schema = z.object({
  event: z.object({
    id: z.string().refine(isDeliveryKey, "must be the id of the event"),
    event: line(200),
    resource,
    related: z.array(resource).nullish(),
  }),
  flow_run: z
    .object({
      name: filled,
      run_count: z.int().nullish(),
      start_time: filled,
      end_time: filled,
      auto_scheduled: z.boolean().nullish(),
      parameters: loose,
      labels: loose,
    })
    .nullish(),
  flow: z.object({ name: filled }).nullish(),
  deployment: z.object({ name: filled, version: filled }).nullish(),
  url: filled,
});

/** Types of states, whose names anybody can change (prefect/client/schemas/objects.py). */
const OUTCOMES: ReadonlyMap<string, BuildOutcome> = new Map([
  ["COMPLETED", "success"],
  ["FAILED", "failure"],
  ["CRASHED", "failure"],
  ["CANCELLED", "cancelled"],
]);
const UNDER_WAY = new Set(["SCHEDULED", "PENDING", "RUNNING", "PAUSED", "CANCELLING"]);

/**
 * What an automation of Prefect posts with the template of `docs/sources/prefect.md`. Prefect sends no
 * Content-Type of its own, and does not try again whatever it is answered.
 */
export const prefectSource: SourceAdapter = {
  mediaTypes: { "": decodeJson, "application/json": decodeJson, "text/plain": decodeJson },
  verify: (request, { tokens }) => verifyToken(request, tokens),
  parse({ source, body }) {
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      return { kind: "malformed", delivery: null, message: fieldProblems(parsed.error, body) };
    }
    const delivery = parsed.data.event.id;
    return { kind: "delivery", delivery, events: [readRun(parsed.data, source)] };
  },
};

type Body = z.output<typeof schema>;

function readRun(body: Body, source: string): ParsedEvent {
  const { event, flow_run: flowRun } = body;
  const subjectId = event.resource["prefect.resource.id"];
  if (!subjectId.startsWith(FLOW_RUN)) {
    return unsupported(
      "event_not_supported",
      `${event.event} is about no run of a flow; releases are made of those`,
    );
  }
  const type = (event.resource[STATE_TYPE] ?? "").toUpperCase();
  if (type === "" || UNDER_WAY.has(type)) {
    const message = `${event.event} does not end a run; let the automation expect prefect.flow-run.Completed, Failed, Crashed and Cancelled`;
    return unsupported("not_finished", message);
  }
  const run = cleanLine(subjectId.slice(FLOW_RUN.length), 200);
  const { parameters, told } = readSaid(body);
  const attempt = flowRun?.run_count ?? 1;
  return {
    kind: "build",
    subject: subjectOf({
      event: event.event,
      workflow: body.flow?.name ?? nameOf(event.related ?? [], "flow"),
      branch: told.branch,
      package: told.model,
    }),
    build: buildOf({
      ...readTemplateFields(told),
      version: asVersion(told.version ?? run),
      outcome: OUTCOMES.get(type) ?? "error",
      source,
      run: { id: run === "" ? event.id : run, attempt: Math.max(1, attempt), url: urlIn(body.url) },
      trigger: flowRun?.auto_scheduled === true ? "schedule" : null,
      startedAt: timeIn(flowRun?.start_time ?? null),
      finishedAt: timeIn(flowRun?.end_time ?? null),
      notes: type === "COMPLETED" ? parameters("notes") : event.resource["prefect.state-message"],
    }),
  };
}

function unsupported(code: string, message: string): ParsedEvent {
  return { kind: "unsupported", code, message };
}

function nameOf(related: readonly z.output<typeof resource>[], role: string): string | null {
  return (
    related.find((one) => one["prefect.resource.role"] === role)?.["prefect.resource.name"] ?? null
  );
}

/** What the run was given, and the labels that it set itself: those are known only at its end. */
function readSaid({ flow_run: flowRun, deployment }: Body) {
  const labels = Object.entries(flowRun?.labels ?? {});
  const said = (name: string): string | null => {
    const values = [flowRun?.labels, flowRun?.parameters].map((record) =>
      filled.safeParse(record != null && Object.hasOwn(record, name) ? record[name] : null),
    );
    return values.find(({ data }) => data != null)?.data ?? null;
  };
  const among = (prefix: string) =>
    labels
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => ({ name: name.slice(prefix.length), value }));
  const deployed = deployment?.version ?? null;
  const told = {
    version: said("model_version") ?? said("version"),
    model: said("model_name") ?? said("model"),
    subject: null,
    commit: said("git_sha") ?? said("commit") ?? (isWhole(deployed) ? deployed : null),
    branch: said("git_branch") ?? said("branch"),
    artifact: said("artifact"),
    digest: said("digest"),
    url: null,
    metrics: among("metrics."),
    datasets: among("datasets.").map(({ name, value }) => ({ name, version: textOf(value) })),
  };
  return { parameters: said, told };
}

function textOf(value: unknown): string {
  return typeof value === "object" ? "" : String(value);
}

function isWhole(version: string | null): boolean {
  return version !== null && /^[0-9a-f]{40}$/i.test(version);
}
