import { z } from "zod";
import type { BuildOutcome, Gap } from "../../core/build.ts";
import { repositoryOf } from "../../shared/repository-url.ts";
import { buildOf, subjectOf } from "./blank.ts";
import type { ReadEvent } from "./read-event.ts";

import { lastOf, notFinished, sagemakerOutcome, sagemakerTime } from "./sagemaker-fields.ts";
import { asVersion, filled, readTemplateFields } from "./template-fields.ts";
import { cleanLine, line } from "./text.ts";

const statistics = z.record(z.string(), z.unknown());

const schema = z.object({
  ModelPackageGroupName: line(200).nullish(),
  ModelPackageVersion: z.int().positive().nullish(),
  ModelPackageArn: line(2_000),
  ModelPackageStatus: line(60),
  ModelApprovalStatus: filled,
  ApprovalDescription: filled,
  CreationTime: sagemakerTime,
  LastModifiedTime: sagemakerTime,
  InferenceSpecification: z
    .object({
      Containers: z.array(z.object({ Image: filled, ImageDigest: filled })).nullish(),
    })
    .nullish(),
  MetadataProperties: z
    .object({ CommitId: filled, Repository: filled, GeneratedBy: filled })
    .nullish(),
  ModelMetrics: z.record(z.string(), statistics).nullish(),
  CustomerMetadataProperties: z.record(z.string(), z.unknown()).nullish(),
});

type Detail = z.output<typeof schema>;

/** Of a package that was made: whether people let it be a release. What is not said is no approval. */
const APPROVALS: ReadonlyMap<string, BuildOutcome> = new Map([
  ["PendingManualApproval", "success"],
  ["Approved", "success"],
  ["Rejected", "cancelled"],
]);

/** A version of a model package group. Only one with an approval status of its own is a release. */
export function readModelPackage(detail: unknown, source: string, time: number): ReadEvent {
  const parsed = schema.safeParse(detail);
  if (!parsed.success) return { kind: "malformed", error: parsed.error };
  const { data } = parsed;
  const made = sagemakerOutcome(data.ModelPackageStatus);
  if (made === null) return notFinished(data.ModelPackageArn, data.ModelPackageStatus);

  const approval = data.ModelApprovalStatus;
  const approved = made === "success" ? APPROVALS.get(approval ?? "") : made;
  if (approved === undefined) {
    const message = `${cleanLine(data.ModelPackageArn, 200)} has ${approval === null ? "no approval status" : `the approval status ${cleanLine(approval, 40)}`}; a release is made of ${[...APPROVALS.keys()].join(", ")}`;
    return { kind: "unsupported", code: "not_a_release_build", message };
  }
  const { commit, gaps = [], ...evidence } = readTemplateFields(fieldsOf(data));
  const all = [...gaps, ...unreadMetrics(data)];
  const repository = repositoryOf(data.MetadataProperties?.Repository ?? "");
  return {
    kind: "build",
    subject: subjectOf({ event: approval, package: data.ModelPackageGroupName ?? null }),
    build: buildOf({
      ...evidence,
      commit: commit === null ? null : { ...commit, repository },
      ...(all.length === 0 ? {} : { gaps: all }),
      version: asVersion(String(data.ModelPackageVersion ?? lastOf(data.ModelPackageArn))),
      outcome: approved,
      source,
      startedAt: null,
      finishedAt: data.CreationTime ?? time,
      notes: data.ApprovalDescription,
    }),
  };
}

/** Customer metadata are texts, of which `metrics.<name>` and `datasets.<name>` are evidence. */
function fieldsOf(data: Detail): Parameters<typeof readTemplateFields>[0] {
  const metadata = Object.entries(data.CustomerMetadataProperties ?? {});
  const among = (prefix: string) =>
    metadata
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => ({ name: key.slice(prefix.length), value }));
  const [container, ...others] = data.InferenceSpecification?.Containers ?? [];
  return {
    version: null,
    model: null,
    subject: null,
    commit: data.MetadataProperties?.CommitId ?? null,
    branch: null,
    artifact: data.ModelPackageArn,
    // Of several containers none is the artifact.
    digest: others.length === 0 ? (container?.ImageDigest ?? null) : null,
    url: null,
    metrics: among("metrics."),
    datasets: among("datasets.").map(({ name, value }) => ({
      name,
      version: filled.safeParse(value).data ?? "",
    })),
  };
}

/** They lie in a bucket, whose address stands in the event: it is not followed. */
function unreadMetrics({ ModelMetrics: metrics }: Detail): readonly Gap[] {
  const names = Object.keys(metrics ?? {});
  if (names.length === 0) return [];
  return [
    {
      what: `the metrics in S3 (${cleanLine(names.join(", "), 120)})`,
      why: "an address in an event is not followed: send what gates need as customer metadata, metrics.<name>",
      blocks: false,
    },
  ];
}
