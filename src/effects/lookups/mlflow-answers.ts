import { z } from "zod";

/*
 * Answers of MLflow's REST API, as far as they are used. Numbers of 64 bits are texts where a server follows
 * protobuf to the letter; what is no number, and has no place in JSON, is the text NaN or Infinity.
 */

const text = z.string().nullish();
const integer = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]);

const metric = z.object({
  key: z.string(),
  value: z.union([z.number(), z.string()]).nullish(),
  timestamp: integer.nullish(),
  step: z
    .union([
      z.number(),
      z
        .string()
        .regex(/^-?\d+$/)
        .transform(Number),
    ])
    .nullish(),
});

const tags = z.array(z.object({ key: z.string(), value: z.string().nullish() })).nullish();

const datasetInput = z.object({
  tags,
  dataset: z.object({
    name: text,
    digest: text,
    source: text,
    schema: text,
    profile: text,
  }),
});

export const runAnswer = z.object({
  run: z.object({
    info: z.object({
      run_id: text,
      experiment_id: text,
      status: z.string(),
      start_time: integer.nullish(),
      end_time: integer.nullish(),
    }),
    data: z.object({ metrics: z.array(metric).nullish(), tags }).nullish(),
    inputs: z.object({ dataset_inputs: z.array(datasetInput).nullish() }).nullish(),
  }),
});

export const modelVersionAnswer = z.object({
  model_version: z.object({
    status: text,
    status_message: text,
    run_id: text,
    source: text,
    tags,
  }),
});

export const loggedModelAnswer = z.object({
  model: z.object({
    info: z.object({ source_run_id: text }),
    data: z.object({ metrics: z.array(metric).nullish() }).nullish(),
  }),
});

export type MlflowRun = z.output<typeof runAnswer>["run"];
export type MlflowModelVersion = z.output<typeof modelVersionAnswer>["model_version"];
export type MlflowMetric = z.output<typeof metric>;
export type MlflowDatasetInput = z.output<typeof datasetInput>;
export type MlflowTags = z.output<typeof tags>;

export function tagsOf(list: MlflowTags): ReadonlyMap<string, string> {
  return new Map((list ?? []).map(({ key, value }) => [key, value ?? ""]));
}
