import { z } from "zod";
import { DEPLOYMENT_EVENTS } from "../../core/sink-policy.ts";
import { url } from "../schema/leaves.ts";
import { strict } from "../schema/strict.ts";
import { longSecret, webhookSecret } from "./source-fields.ts";

/** A system that takes CDEvents over HTTP. */
export const cdeventsSink = strict({
  type: z.literal("cdevents").meta({ description: "CDEvents 0.5.1, as CloudEvents over HTTP" }),
  url: url.meta({ description: "Where events are posted" }),
  secret: webhookSecret
    .optional()
    .meta({ description: "What they are signed with, as Standard Webhooks; absent: unsigned" }),
  token: longSecret.optional().meta({ description: "Sent as `Authorization: Bearer`" }),
  events: z
    .array(z.enum(DEPLOYMENT_EVENTS))
    .prefault([...DEPLOYMENT_EVENTS])
    .meta({ description: "Which it is told of" }),
  approvals: z
    .boolean()
    .default(false)
    .meta({ description: "Whether it is told of approvals, in the words of the draft 0.6.0" }),
  source: z
    .string()
    .regex(/^[!-~]{1,200}$/, { error: "must be a URI, e.g. https://slipway.example" })
    .default("urn:slipway")
    .meta({ description: "What events name as their source: a URI" }),
});
