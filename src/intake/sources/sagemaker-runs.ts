import { z } from "zod";
import { numbersAmong } from "../../shared/sent-numbers.ts";
import { buildOf, subjectOf } from "./blank.ts";
import type { ReadEvent } from "./read-event.ts";

import { lastOf, notFinished, sagemakerOutcome, sagemakerTime } from "./sagemaker-fields.ts";
import { asVersion, filled } from "./template-fields.ts";
import { cleanLine, line } from "./text.ts";

const MOST_CHANNELS = 200;

const trainingJob = z.object({
  TrainingJobName: line(200),
  TrainingJobArn: line(2_000).nullish(),
  TrainingJobStatus: line(60),
  FailureReason: filled,
  ModelArtifacts: z.object({ S3ModelArtifacts: filled }).nullish(),
  InputDataConfig: z
    .array(
      z.object({
        ChannelName: filled,
        DataSource: z.object({ S3DataSource: z.object({ S3Uri: filled }).nullish() }).nullish(),
      }),
    )
    .nullish(),
  FinalMetricDataList: z
    .array(z.object({ MetricName: z.string(), Value: z.unknown().optional() }))
    .nullish(),
  TrainingStartTime: sagemakerTime,
  TrainingEndTime: sagemakerTime,
  CreationTime: sagemakerTime,
});

/** What SageMaker's SDK adds to the name that a job was given. */
const OF_THE_SDK = /-\d{4}(?:-\d\d){5}-\d{3}$/;

/** A training job. Its hyperparameters are no metrics. */
export function readTrainingJob(detail: unknown, source: string, time: number): ReadEvent {
  const parsed = trainingJob.safeParse(detail);
  if (!parsed.success) return { kind: "malformed", error: parsed.error };
  const { data } = parsed;
  const name = data.TrainingJobName;
  const outcome = sagemakerOutcome(data.TrainingJobStatus);
  if (outcome === null) return notFinished(`training job ${name}`, data.TrainingJobStatus);
  const model = data.ModelArtifacts?.S3ModelArtifacts ?? null;
  const { metrics } = numbersAmong(
    (data.FinalMetricDataList ?? []).map(({ MetricName, Value }) => [MetricName, Value] as const),
  );
  return {
    kind: "build",
    subject: subjectOf({ event: "training-job", workflow: name.replace(OF_THE_SDK, "") }),
    build: buildOf({
      version: asVersion(name),
      outcome,
      source,
      run: { id: name, attempt: 1, url: null },
      startedAt: data.TrainingStartTime ?? data.CreationTime,
      finishedAt: data.TrainingEndTime ?? time,
      artifact: model === null ? null : { uri: model.replaceAll(/\s+/g, "%20"), digest: null },
      metrics,
      datasets: datasetsOf(data),
      notes: data.FailureReason,
    }),
  };
}

/** Prefixes of a bucket, of which nothing says what lay there: their versions are empty. */
function datasetsOf({ InputDataConfig: channels }: z.output<typeof trainingJob>) {
  const addresses = (channels ?? []).slice(0, MOST_CHANNELS).flatMap((channel) => {
    const address = channel.DataSource?.S3DataSource?.S3Uri ?? null;
    return address === null ? [] : [cleanLine(address, 200)];
  });
  return [...new Set(addresses)].map((name) => ({ name, version: "", digest: null, rows: null }));
}

const execution = z.object({
  pipelineArn: line(2_000),
  pipelineExecutionArn: line(2_000),
  currentPipelineExecutionStatus: line(60),
  executionStartTime: sagemakerTime,
  executionEndTime: sagemakerTime,
});

/** An execution of a pipeline, which says how it ended and nothing of what it made. */
export function readPipelineExecution(detail: unknown, source: string, time: number): ReadEvent {
  const parsed = execution.safeParse(detail);
  if (!parsed.success) return { kind: "malformed", error: parsed.error };
  const { data } = parsed;
  const id = lastOf(data.pipelineExecutionArn);
  const status = data.currentPipelineExecutionStatus;
  const outcome = sagemakerOutcome(status);
  if (outcome === null) return notFinished(`execution ${id}`, status);
  return {
    kind: "build",
    subject: subjectOf({ event: "pipeline-execution", workflow: lastOf(data.pipelineArn) }),
    build: buildOf({
      version: asVersion(id),
      outcome,
      source,
      run: { id: cleanLine(data.pipelineExecutionArn, 200), attempt: 1, url: null },
      startedAt: data.executionStartTime,
      finishedAt: data.executionEndTime ?? time,
    }),
  };
}
