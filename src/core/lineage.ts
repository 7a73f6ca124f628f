import type { Build, Dataset } from "./build.ts";

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
    };

/** How the data of a build differs from that of another, by name, in the order of the new build. */
export function datasetChanges(build: Build, before: Build | null): readonly DatasetChange[] {
  const earlier = new Map((before?.datasets ?? []).map((dataset) => [dataset.name, dataset]));
  const present = build.datasets.map((dataset): DatasetChange => {
    const old = earlier.get(dataset.name);
    if (old === undefined) return { kind: "added", dataset };
    if (old.version === dataset.version && old.digest === dataset.digest) {
      return { kind: "same", dataset };
    }
    const rows = dataset.rows === null || old.rows === null ? null : dataset.rows - old.rows;
    return { kind: "changed", dataset, before: old, rows };
  });
  const names = new Set(build.datasets.map(({ name }) => name));
  const removed = (before?.datasets ?? [])
    .filter(({ name }) => !names.has(name))
    .map((dataset): DatasetChange => ({ kind: "removed", dataset }));
  return [...present, ...removed];
}
