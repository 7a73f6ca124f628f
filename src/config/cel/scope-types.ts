import { type CelType, listOf, mapOf, objectType } from "./cel-type.ts";

const metrics = mapOf("double");
const slices = mapOf(metrics);
const tests = objectType("Tests", { passed: "int", failed: "int", skipped: "int" });
const checks = listOf(
  objectType("Check", { name: "string", status: "string", expected: "string", actual: "string" }),
);
const datasets = listOf(
  objectType("Dataset", { name: "string", version: "string", digest: "string", rows: "int" }),
);
const commit = objectType("Commit", {
  repository: "string",
  sha: "string",
  tag: "string",
  branch: "string",
  author: "string",
  subject: "string",
});
const release = objectType("Release", {
  version: "string",
  trigger: "string",
  source: "string",
  outcome: "string",
  artifact: objectType("Artifact", { uri: "string", digest: "string" }),
  run: objectType("Run", { id: "string", attempt: "int", url: "string" }),
  notes: "string",
});
const evidence = { metrics, slices, tests, checks, datasets, commit, release };

/** The variables of a gate: the evidence of a release, and `live`, the same of the release now there. */
export const GATE_SCOPE: Readonly<Record<string, CelType>> = {
  ...evidence,
  live: objectType("Live", evidence),
};

/** The variables of the conditions of a watch. */
export const PASS_SCOPE: Readonly<Record<string, CelType>> = {
  value: "double",
  baseline: "double",
  samples: listOf("double"),
};

/** The variables over an answer of a system that is driven over HTTP; header names in lower case. */
export const ANSWER_SCOPE: Readonly<Record<string, CelType>> = {
  status: "int",
  headers: mapOf("string"),
  body: "dyn",
};
