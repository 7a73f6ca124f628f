import { z } from "zod";
import { headerValue, url } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { delay, timeout } from "./metric-fields.ts";

/** Metrics of Amazon CloudWatch. */
export const cloudwatchMetrics = strict({
  type: z.literal("cloudwatch").meta({ description: "Amazon CloudWatch" }),
  region: z
    .string()
    .regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, { error: "must be a region such as us-east-1" })
    .meta({ description: "E.g. `us-east-1`" }),
  accessKeyId: headerValue.min(1).optional().meta({
    description: "Absent: the role or the keys that the AWS SDK finds where Slipway runs",
  }),
  secretAccessKey: headerValue.min(1).optional().meta({ description: "Of `accessKeyId`" }),
  sessionToken: headerValue.min(1).optional().meta({ description: "Of temporary keys" }),
  endpoint: url.optional().meta({ description: "Of a VPC endpoint" }),
  timeout,
  delay: delay("2m"),
});
