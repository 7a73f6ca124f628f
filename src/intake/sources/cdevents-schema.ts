import { z } from "zod";
import { REPORT_LIMITS } from "./report-schema.ts";
import { instant, isCommitSha, isVersion, line, webUrl } from "./text.ts";

/** What is used of CDEvents 0.3, 0.4 and 0.5. Members that only some of them have are optional. */

const TYPE = /^dev\.cdevents\.([a-z]+\.[a-z]+)\.\d+\.\d+\.\d+(?:-[\w.]+)?$/;
const id = line(500);
const name = line(REPORT_LIMITS.name);
const purl = line(REPORT_LIMITS.url);

/** `specversion` was `version`; the schemas of 0.5.0 wanted both. Neither is looked at. */
const context = z.object({
  id,
  source: line(2_000),
  type: z
    .string()
    .regex(TYPE, "must be a type of CDEvents such as dev.cdevents.build.finished.0.3.0")
    .transform((type) => TYPE.exec(type)?.[1] ?? ""),
  timestamp: instant,
  chainId: id.nullish(),
});

/** Numbers that a training or a build knows, and what it was made of. Whatever else is there is left alone. */
const customData = z.object({
  component: name.nullish(),
  repository: line(500).nullish(),
  commit: z
    .string()
    .toLowerCase()
    .refine(isCommitSha, "must be the whole commit id: 40 or 64 hexadecimal digits")
    .nullish(),
  branch: name.nullish(),
  author: line(320).nullish(),
  version: z
    .string()
    .refine(isVersion, "must be 1 to 128 visible characters without spaces")
    .nullish(),
  outcome: z.string().max(60).nullish(),
  url: webUrl.max(REPORT_LIMITS.url).nullish(),
  startedAt: instant.nullish(),
  metrics: z
    .record(name, z.number())
    .refine((record) => Object.keys(record).length <= REPORT_LIMITS.metrics, {
      error: `must have at most ${REPORT_LIMITS.metrics} members`,
    })
    .nullish(),
  inputs: z
    .array(
      z.object({
        name,
        version: name,
        digest: name.nullish(),
        rows: z.int().min(0).nullish(),
      }),
    )
    .max(REPORT_LIMITS.datasets)
    .nullish(),
});

const reference = z.object({ id });

const content = z.object({
  artifactId: purl.nullish(),
  change: z.object({ id: line(200), source: line(2_000).nullish() }).nullish(),
  pipelineName: name.nullish(),
  uri: z.string().max(2_000).nullish(),
  url: z.string().max(2_000).nullish(),
  outcome: z.string().max(60).nullish(),
  reason: z.string().max(20_000).nullish(),
  errors: z.string().max(20_000).nullish(),
  description: z.string().max(20_000).nullish(),
  testSuite: z.object({ id, name: z.string().max(500).nullish() }).nullish(),
  environment: reference.nullish(),
  service: reference.nullish(),
});

export const cdEventSchema = z.object({
  context,
  subject: z.object({ id: purl, content: content.nullish() }),
  /** A text is base64 of something else than JSON. */
  customData: z.union([z.string().transform(() => null), customData]).nullish(),
});

export type CdEvent = z.output<typeof cdEventSchema>;
