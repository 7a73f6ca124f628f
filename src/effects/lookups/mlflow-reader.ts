import { z } from "zod";
import type { Build, BuildOutcome, Gap } from "../../core/build.ts";
import { AdapterError } from "../../shared/errors.ts";
import { cleanLine } from "../../shared/sent-text.ts";
import {
  type ApiAnswer,
  type AskApi,
  type LookupReader,
  type LookupRequest,
  withGaps,
} from "./lookup-reader.ts";
import {
  loggedModelAnswer,
  type MlflowModelVersion,
  type MlflowRun,
  modelVersionAnswer,
  runAnswer,
} from "./mlflow-answers.ts";
import { commitOf } from "./mlflow-commit.ts";
import { readDatasets, readMetrics } from "./mlflow-evidence.ts";

const API = "/api/2.0/mlflow";

const lookupOf = z.object({
  name: z.string(),
  version: z.string(),
  run: z.string().nullable(),
  source: z.string().nullable(),
  /** Absent where the server has no workspaces, and in what was recorded before they were known of. */
  workspace: z.string().optional(),
});

type Lookup = z.output<typeof lookupOf>;

/** A run that is not listed ended in a way that is not known, which is no success. */
const RUN_OUTCOMES: ReadonlyMap<string, BuildOutcome> = new Map([
  ["FINISHED", "success"],
  ["FAILED", "failure"],
  ["KILLED", "cancelled"],
]);
const UNDER_WAY = new Set(["RUNNING", "SCHEDULED"]);

interface Asked<T> {
  readonly value: T | null;
  readonly gaps: readonly Gap[];
}

/**
 * What MLflow knows of a model version and of the run that made it: the run's last metrics, its commit, who
 * ran it, and the data it was trained on. A run that goes on is waited for, since its metrics are not final.
 */
export function createMlflowReader(options: {
  /** The path of a run's page below the configured address. */
  readonly runPage: (experiment: string, run: string) => string;
}): LookupReader {
  return {
    async read(asked) {
      const lookup = lookupOf.parse(asked.lookup);
      const request = { ...asked, ask: within(lookup.workspace, asked.ask) };
      const version = await readVersion(request, lookup);
      const found = await findRun(request, lookup, version.value);
      const build = withOutcome(request.build, version.value, found.value);
      const gaps = [...version.gaps, ...found.gaps];
      return withGaps(
        found.value === null ? build : enrich(build, found.value, request, options.runPage),
        gaps,
      );
    },
  };
}

/** A server with workspaces looks into its default one unless told otherwise. */
function within(workspace: string | undefined, ask: AskApi): AskApi {
  return workspace === undefined
    ? ask
    : (path, query) => ask(path, query, { "x-mlflow-workspace": workspace });
}

async function readVersion(
  { ask }: LookupRequest,
  { name, version }: Lookup,
): Promise<Asked<MlflowModelVersion>> {
  const what = `MLflow model ${name} version ${version}`;
  const answer = await ask(`${API}/model-versions/get`, { name, version });
  const read = readAs(modelVersionAnswer, answer, what);
  if (read.value?.model_version.status === "PENDING_REGISTRATION") {
    throw new AdapterError(`${what} is still being registered`, { retryable: true });
  }
  return { ...read, value: read.value?.model_version ?? null };
}

async function findRun(
  request: LookupRequest,
  lookup: Lookup,
  version: MlflowModelVersion | null,
): Promise<Asked<MlflowRun>> {
  const source = lookup.source ?? version?.source ?? "";
  const run = lookup.run ?? textOrNull(version?.run_id) ?? runIn(source);
  if (run !== null) return readRun(request, run);

  const model = /^models:\/(m-[^/\s]+)/.exec(source)?.[1];
  if (model === undefined) return { value: null, gaps: [noRun(lookup)] };
  const answer = await request.ask(`${API}/logged-models/${encodeURIComponent(model)}`, {});
  const read = readAs(loggedModelAnswer, answer, `MLflow logged model ${model}`);
  const from = textOrNull(read.value?.model.info.source_run_id);
  if (from !== null) return readRun(request, from);
  return { value: null, gaps: read.gaps.length > 0 ? read.gaps : [noRun(lookup)] };
}

async function readRun({ ask }: LookupRequest, run: string): Promise<Asked<MlflowRun>> {
  const what = `MLflow run ${cleanLine(run, 60)}`;
  const read = readAs(runAnswer, await ask(`${API}/runs/get`, { run_id: run }), what);
  if (UNDER_WAY.has(read.value?.run.info.status ?? "")) {
    throw new AdapterError(`${what} has not ended yet`, { retryable: true });
  }
  return { ...read, value: read.value?.run ?? null };
}

function readAs<T>(schema: z.ZodType<T>, answer: ApiAnswer, what: string): Asked<T> {
  if (answer.kind === "refused") {
    return { value: null, gaps: [{ what, why: answer.why, blocks: true }] };
  }
  const parsed = schema.safeParse(answer.value);
  if (parsed.success) return { value: parsed.data, gaps: [] };
  const field = parsed.error.issues[0]?.path.join(".") ?? "";
  const why = `the answer of its API cannot be understood${field === "" ? "" : ` at ${cleanLine(field, 80)}`}: is api.url the address of MLflow?`;
  return { value: null, gaps: [{ what, why, blocks: true }] };
}

function noRun({ name, version }: Lookup): Gap {
  return {
    what: `the run that made ${name} ${version}`,
    why: "the model version names none, so that its metrics, commit and data are not known: register it from a run, or add them with slipway report",
    blocks: true,
  };
}

/** The worse of what the registry and the run say. */
function withOutcome(
  build: Build,
  version: MlflowModelVersion | null,
  run: MlflowRun | null,
): Build {
  const status = version?.status ?? null;
  if (status !== null && status !== "" && status !== "READY") {
    return { ...build, outcome: status === "FAILED_REGISTRATION" ? "failure" : "error" };
  }
  if (run === null) return build;
  return { ...build, outcome: RUN_OUTCOMES.get(run.info.status) ?? "error" };
}

function enrich(
  build: Build,
  run: MlflowRun,
  request: LookupRequest,
  runPage: (experiment: string, run: string) => string,
): Build {
  const { metrics, gaps } = readMetrics(run.data?.metrics ?? []);
  const { commit, startedBy, gaps: doubts } = commitOf(run, build, request.repository);
  const id = cleanLine(run.info.run_id ?? "", 200);
  const page = runPage(encodeURIComponent(run.info.experiment_id ?? ""), encodeURIComponent(id));
  const enriched: Build = {
    ...build,
    run: id === "" ? build.run : { id, attempt: 1, url: `${request.url}${page}` },
    startedBy: startedBy ?? build.startedBy,
    startedAt: timeOf(run.info.start_time) ?? build.startedAt,
    finishedAt: timeOf(run.info.end_time) ?? build.finishedAt,
    commit,
    metrics: { ...build.metrics, ...metrics },
    datasets: readDatasets(run.inputs?.dataset_inputs ?? []),
  };
  return withGaps(enriched, [...gaps, ...doubts]);
}

/** MLflow says 0 where it does not know. */
function timeOf(time: number | null | undefined): number | null {
  return time === null || time === undefined || time <= 0 || !Number.isSafeInteger(time)
    ? null
    : time;
}

function runIn(source: string): string | null {
  return /^runs:\/([^/\s]+)/.exec(source)?.[1] ?? null;
}

function textOrNull(text: string | null | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}
