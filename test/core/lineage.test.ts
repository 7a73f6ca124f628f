import { describe, expect, it } from "vitest";
import { datasetChanges, lineageGaps } from "../../src/core/lineage.ts";
import { aBuild, aCommit, aDataset } from "../support/builders.ts";

describe("the data of a build beside that of another", () => {
  const before = aDataset({ version: "1", rows: 10, digest: "d1", schema: "s1" });

  it.each([
    { name: "nothing differs", now: before },
    { name: "one side does not say its rows", now: { ...before, rows: null } },
    { name: "one side does not say its digest", now: { ...before, digest: null } },
    { name: "one side does not say its schema", now: { ...before, schema: null } },
  ])("is the same where $name", ({ now }) => {
    expect(datasetChanges(aBuild({ datasets: [now] }), aBuild({ datasets: [before] }))).toEqual([
      { kind: "same", dataset: now },
    ]);
  });

  it.each([
    { name: "version", change: { version: "2" }, rows: 0, schemaChanged: false },
    { name: "digest", change: { digest: "d2" }, rows: 0, schemaChanged: false },
    { name: "number of rows", change: { rows: 7 }, rows: -3, schemaChanged: false },
    { name: "schema", change: { schema: "s2" }, rows: 0, schemaChanged: true },
    {
      name: "version, and its rows are not said",
      change: { version: "2", rows: null },
      rows: null,
      schemaChanged: false,
    },
  ])("is changed where it has another $name", ({ change, rows, schemaChanged }) => {
    const dataset = { ...before, ...change };
    expect(datasetChanges(aBuild({ datasets: [dataset] }), aBuild({ datasets: [before] }))).toEqual(
      [{ kind: "changed", dataset, before, rows, schemaChanged }],
    );
  });

  it("says nothing of a schema that was not recorded before", () => {
    const { schema: _schema, ...old } = before;
    const [change] = datasetChanges(aBuild({ datasets: [before] }), aBuild({ datasets: [old] }));
    expect(change).toEqual({ kind: "same", dataset: before });
  });

  it("is added and removed by name", () => {
    const [a, b] = [aDataset({ name: "a" }), aDataset({ name: "b" })];
    expect(datasetChanges(aBuild({ datasets: [a] }), aBuild({ datasets: [b] }))).toEqual([
      { kind: "added", dataset: a },
      { kind: "removed", dataset: b },
    ]);
    expect(datasetChanges(aBuild({ datasets: [a] }), null)).toEqual([
      { kind: "added", dataset: a },
    ]);
  });
});

describe("the lineage of a release", () => {
  it("is complete with commit, artifact and the versions of its data", () => {
    expect(lineageGaps(aBuild(), "model")).toEqual([]);
  });

  it.each([
    {
      name: "a model without data sets",
      build: { datasets: [] },
      gap: ["data sets", "none is reported, so nobody can say what the model was trained on"],
    },
    {
      name: "a data set without version",
      build: { datasets: [aDataset({ name: "edges", version: " " }), aDataset()] },
      gap: ["data set edges", "it has no version, so it may be any state of it"],
    },
    { name: "no commit", build: { commit: null }, gap: ["commit", "none is reported"] },
    {
      name: "a commit without its id",
      build: { commit: aCommit({ sha: null }) },
      gap: ["commit", "its id is not reported"],
    },
    {
      name: "a tag that is not resolved",
      build: { commit: aCommit({ sha: null, tag: "v2" }) },
      gap: ["commit", "the tag v2 is not resolved to a commit yet"],
    },
    { name: "no artifact", build: { artifact: null }, gap: ["artifact", "none is reported"] },
    {
      name: "an artifact without digest",
      build: { artifact: { uri: "registry.example/pymk:1", digest: null } },
      gap: ["artifact", "it has no digest, so its tag can be moved to something else"],
    },
  ])("is incomplete with $name", ({ build, gap: [what, why] }) => {
    expect(lineageGaps(aBuild(build), "model")).toEqual([{ what, why, blocks: false }]);
  });

  it.each(["service", null] as const)("needs no data where the component is a %s", (kind) => {
    expect(lineageGaps(aBuild({ datasets: [] }), kind)).toEqual([]);
  });

  it("has the gaps that its sources found, and says whether the release waits for them", () => {
    const gaps = [{ what: "MLflow run 4f1c", why: "the server does not answer", blocks: true }];
    expect(lineageGaps(aBuild({ gaps }), "model")).toEqual(gaps);
  });
});
