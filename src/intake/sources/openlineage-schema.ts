import { z } from "zod";
import { instant } from "./text.ts";

/*
 * OpenLineage 2-0-2 (spec/OpenLineage.json), as far as it is used. Facets are read one by one: any producer
 * may add its own, and one that is wrong must not take the others with it.
 */

export const facets = z.record(z.string(), z.unknown()).nullish();
const id = z
  .string()
  .min(1, "must not be empty")
  .max(200, "must be at most 200 characters")
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, "must be one line without control characters");
export const jobName = id;

const dataset = z.object({ namespace: z.string(), name: z.string(), facets, inputFacets: facets });

export const runEvent = z.object({
  eventTime: instant,
  eventType: z.string().max(40).nullish(),
  run: z.object({ runId: id, facets }),
  job: z.object({ namespace: z.string(), name: jobName, facets }),
  inputs: z.array(dataset).max(1_000).nullish(),
  outputs: z.array(dataset).max(1_000).nullish(),
});

export type RunEvent = z.output<typeof runEvent>;
export type LineageDataset = z.output<typeof dataset>;
export type Facets = z.output<typeof facets>;

const text = z.string().nullish();

const member = z.object({ run: z.object({ runId: id }), job: z.object({ name: jobName }) });
export const parentFacet = member.extend({ root: member.nullish() });

export const tagsFacet = z.object({
  tags: z.array(z.object({ key: z.string(), value: z.string() })),
});

export const sourceCodeFacet = z.object({
  type: text,
  url: text,
  repoUrl: text,
  version: text,
  branch: text,
  tag: text,
});

export const errorFacet = z.object({ message: z.string() });
export const airflowRunFacet = z.object({ dagRun: z.object({ run_type: text }) });

export const versionFacet = z.object({ datasetVersion: z.string() });
export const datasetTypeFacet = z.object({ datasetType: z.string() });
export const rowsFacet = z.object({ rowCount: z.number().nullish() });
export const schemaFacet = z.object({ fields: z.array(z.unknown()).max(10_000).nullish() });

const value = z.union([z.string(), z.number(), z.boolean()]).transform(String).nullish();

export const assertionsFacet = z.object({
  assertions: z.array(
    z.object({
      assertion: z.string(),
      success: z.boolean(),
      column: text,
      severity: text,
      name: text,
      expected: value,
      actual: value,
    }),
  ),
});

export const testFacet = z.object({
  tests: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      severity: text,
      expected: value,
      actual: value,
    }),
  ),
});

export const metricsFacet = z.object({
  metrics: z.array(z.object({ name: z.string(), value: z.unknown().optional(), slice: text })),
});
