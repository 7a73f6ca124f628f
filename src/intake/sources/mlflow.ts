import { z } from "zod";
import { subjectOf } from "./blank.ts";
import { decodeJson } from "./decode.ts";
import { digestOf } from "./delivery-key.ts";
import { fieldProblems } from "./field-problems.ts";
import { modelVersionBuild, modelVersionLookup } from "./mlflow-model-version.ts";
import { DELIVERY_HEADER, verifyMlflow } from "./mlflow-signature.ts";
import type { ParsedEvent, SourceAdapter } from "./source.ts";
import { cleanLine, instant, isVersion, line } from "./text.ts";

const name = line(200);
const version = z.string().refine(isVersion, "must be visible characters without spaces");

const envelope = z.object({
  entity: z.string().max(60),
  action: z.string().max(60),
  timestamp: instant,
  data: z.looseObject({}),
  /** Only of a server with workspaces, each of which has models of its own. */
  workspace: z
    .string()
    .max(100)
    .regex(/^[\w.-]+$/, "must be the name of a workspace")
    .nullish(),
});

const created = z.object({
  name,
  version,
  source: z.string().max(2_000).nullish(),
  run_id: z.string().max(200).nullish(),
  description: z.string().nullish(),
});
const aliased = z.object({ name, version, alias: name });
const tagged = z.object({ name, version, key: name, value: z.string().max(5_000) });

/** What the test of a webhook sends, whichever event it tests: the `example()` of mlflow/webhooks/types.py. */
const EXAMPLE_MODEL = "example_model";
/** What is in no other workspace is in this one (mlflow/utils/workspace_utils.py). */
const DEFAULT_WORKSPACE = "default";

/**
 * MLflow's registry webhooks. They say which model version there is, and nothing of what it was made of:
 * that is looked up.
 */
export const mlflowSource: SourceAdapter = {
  mediaTypes: { "application/json": decodeJson },
  verify: (request, { secrets }, now) => verifyMlflow(request, secrets, now),
  parse({ source, headers, body }) {
    const delivery = headers[DELIVERY_HEADER] ?? "";
    const head = envelope.safeParse(body);
    if (!head.success) {
      return { kind: "malformed", delivery, message: fieldProblems(head.error, body) };
    }
    const read = readEvent(head.data, source);
    return "issues" in read
      ? { kind: "malformed", delivery, message: fieldProblems(read, head.data.data) }
      : { kind: "delivery", delivery, events: [read] };
  },
};

type Envelope = z.output<typeof envelope>;

/** What is wrong with `data`, or the event. */
function readEvent({ entity, action, timestamp, data, workspace }: Envelope, source: string) {
  const event = `${entity}.${action}`;
  if (data.name === EXAMPLE_MODEL) return test(event);
  const sent = { source, timestamp, workspace: workspace ?? null };
  switch (event) {
    case "model_version.created": {
      const { error, data: model } = created.safeParse(data);
      if (error !== undefined) return error;
      const { name: package_, version: number, source: from, run_id: run } = model;
      return lookup({
        ...sent,
        name: package_,
        version: number,
        subject: { event, package: packageOf(package_, sent.workspace) },
        run: cleanLine(run ?? "", 200) || null,
        from: cleanLine(from ?? "", 2_000) || null,
        notes: model.description ?? "",
        fact: `created:${number}`,
      });
    }
    case "model_version_alias.created": {
      const { error, data: alias } = aliased.safeParse(data);
      if (error !== undefined) return error;
      return named({ ...sent, ...alias }, `${event}:${alias.alias}`);
    }
    case "model_version_tag.set": {
      const { error, data: tag } = tagged.safeParse(data);
      if (error !== undefined) return error;
      return named({ ...sent, ...tag }, `${event}:${tag.key}=${tag.value}`);
    }
    default:
      return notAsked(event);
  }
}

/** An alias or a tag makes a release only where a rule names it whole: `model_version_tag.set:approved=yes`. */
function named(
  known: {
    readonly source: string;
    readonly timestamp: number;
    readonly workspace: string | null;
    readonly name: string;
    readonly version: string;
  },
  event: string,
): ParsedEvent {
  return lookup({
    ...known,
    subject: {
      event: cleanLine(event, 500),
      onlyWhereNamed: true,
      package: packageOf(known.name, known.workspace),
    },
    run: null,
    from: null,
    notes: "",
    // The same alias may come back to a version, which is another fact.
    fact: digestOf([event, known.timestamp, known.version]),
  });
}

/** Of a workspace that is not the one that was there before there were several: `team-a/fraud-detector`. */
function packageOf(model: string, workspace: string | null): string {
  return workspace === null || workspace === DEFAULT_WORKSPACE ? model : `${workspace}/${model}`;
}

function lookup(known: {
  readonly source: string;
  readonly timestamp: number;
  readonly workspace: string | null;
  readonly name: string;
  readonly version: string;
  readonly subject: Parameters<typeof subjectOf>[0];
  readonly run: string | null;
  readonly from: string | null;
  readonly notes: string;
  readonly fact: string;
}): ParsedEvent {
  const { source, name: model, version: number, timestamp, notes, run, from, workspace } = known;
  return {
    kind: "lookup",
    subject: subjectOf(known.subject),
    build: modelVersionBuild({ source, model, version: number, at: timestamp, notes }),
    lookup: modelVersionLookup({ model, version: number, run, from, workspace }),
    fact: `${packageOf(model, workspace)}:${known.fact}`,
  };
}

function test(event: string): ParsedEvent {
  const message = `the test of the webhook works: the secret fits, and ${cleanLine(event, 60)} arrives; it makes no release`;
  return { kind: "unsupported", code: "test", message };
}

function notAsked(event: string): ParsedEvent {
  return {
    kind: "unsupported",
    code: "event_not_supported",
    message: `${cleanLine(event, 60)} makes no release; releases are made of model_version.created, and of model_version_alias.created and model_version_tag.set where a rule names them`,
  };
}
