import type { Instant, Json } from "../../core/json.ts";
import { buildOf } from "./blank.ts";
import { REPORT_LIMITS } from "./report-schema.ts";
import type { ReportedBuild } from "./source.ts";
import { cleanLines } from "./text.ts";

/** A version of a registered model, as far as the registry's event tells. It exists, so it was made. */
export function modelVersionBuild(known: {
  readonly source: string;
  readonly model: string;
  readonly version: string;
  readonly at: Instant;
  readonly notes: string;
}): ReportedBuild {
  const { source, model, version, at } = known;
  const notes = cleanLines(known.notes, REPORT_LIMITS.notes);
  return buildOf({
    version,
    outcome: "success",
    source,
    finishedAt: at,
    artifact: { uri: `models:/${encodeURIComponent(model)}/${version}`, digest: null },
    notes: notes === "" ? null : notes,
  });
}

/** What the reader of MLflow's API is to ask for. */
export function modelVersionLookup(known: {
  readonly model: string;
  readonly version: string;
  readonly run: string | null;
  /** Where the registry took the model from: `runs:/<run>/…`, or `models:/m-<id>`. */
  readonly from: string | null;
  /** null: the server has no workspaces. */
  readonly workspace: string | null;
}): Readonly<Record<string, Json>> {
  const { model, version, run, from, workspace } = known;
  const asked = { name: model, version, run, source: from };
  return workspace === null ? asked : { ...asked, workspace };
}
