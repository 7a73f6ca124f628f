import type { Build, Dataset, Gap } from "./build.ts";
import type { ComponentPolicy } from "./policy.ts";

export type DatasetChange =
  | { readonly kind: "same"; readonly dataset: Dataset }
  | { readonly kind: "added"; readonly dataset: Dataset }
  | { readonly kind: "removed"; readonly dataset: Dataset }
  | {
      readonly kind: "changed";
      readonly dataset: Dataset;
      readonly before: Dataset;
      /** Difference in rows; null where one side does not say. */
      readonly rows: number | null;
      /** False also where one side does not say. */
      readonly schemaChanged: boolean;
    };

/** How the data of a build differs from that of another, by name, in the order of the new build. */
export function datasetChanges(build: Build, before: Build | null): readonly DatasetChange[] {
  const earlier = new Map((before?.datasets ?? []).map((dataset) => [dataset.name, dataset]));
  const present = build.datasets.map((dataset): DatasetChange => {
    const old = earlier.get(dataset.name);
    if (old === undefined) return { kind: "added", dataset };
    const schemaChanged = differ(dataset.schema ?? null, old.schema ?? null);
    const isSame =
      old.version === dataset.version &&
      !differ(dataset.digest, old.digest) &&
      !differ(dataset.rows, old.rows) &&
      !schemaChanged;
    if (isSame) return { kind: "same", dataset };
    const rows = dataset.rows === null || old.rows === null ? null : dataset.rows - old.rows;
    return { kind: "changed", dataset, before: old, rows, schemaChanged };
  });
  const names = new Set(build.datasets.map(({ name }) => name));
  const removed = (before?.datasets ?? [])
    .filter(({ name }) => !names.has(name))
    .map((dataset): DatasetChange => ({ kind: "removed", dataset }));
  return [...present, ...removed];
}

/** Only what both sides say can differ. */
function differ<T>(a: T | null, b: T | null): boolean {
  return a !== null && b !== null && a !== b;
}

/**
 * What nobody could find out afterwards of where a release comes from: which commit, which artifact, which
 * data. Then what its sources could not find out themselves.
 * @param kind null: the component is no longer configured, so that nobody can say whether it needs data
 */
export function lineageGaps(build: Build, kind: ComponentPolicy["kind"] | null): readonly Gap[] {
  return [
    ...commitGaps(build),
    ...artifactGaps(build),
    ...(kind === "model" && build.datasets.length === 0
      ? [gap("data sets", "none is reported, so nobody can say what the model was trained on")]
      : []),
    ...build.datasets
      .filter(({ version }) => version.trim() === "")
      .map(({ name }) =>
        gap(`data set ${name}`, "it has no version, so it may be any state of it"),
      ),
    ...(build.gaps ?? []),
  ];
}

function commitGaps({ commit }: Build): readonly Gap[] {
  if (commit === null) return [gap("commit", "none is reported")];
  if (commit.sha !== null) return [];
  return commit.tag === null
    ? [gap("commit", "its id is not reported")]
    : [gap("commit", `the tag ${commit.tag} is not resolved to a commit yet`)];
}

function artifactGaps({ artifact }: Build): readonly Gap[] {
  if (artifact === null) return [gap("artifact", "none is reported")];
  if (artifact.digest !== null) return [];
  return [gap("artifact", "it has no digest, so its tag can be moved to something else")];
}

/** Of itself it keeps nothing back: a gate on `commit` or `datasets` does, where people want that. */
function gap(what: string, why: string): Gap {
  return { what, why, blocks: false };
}
