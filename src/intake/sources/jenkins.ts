import { z } from "zod";
import { decodeJson } from "./decode.ts";
import { madeKey, sentKey } from "./delivery-key.ts";
import { fieldProblems } from "./field-problems.ts";
import { notification, notificationKey, readNotification } from "./jenkins-notification.ts";
import { readStep, STEP_EVENT, step } from "./jenkins-step.ts";
import type { Decoded, SourceAdapter } from "./source.ts";
import { verifyToken } from "./static-token.ts";

const envelope = z.object({ event: z.string().max(100).optional() });

/**
 * Jenkins, by its Notification plug-in or by a step of the pipeline itself. Neither signs anything, so that
 * the token alone says who sent it, and a repetition is known by its key.
 */
export const jenkinsSource: SourceAdapter = {
  mediaTypes: { "application/json": decodeJenkins },
  verify: (request, { tokens }) => verifyToken(request, tokens),
  parse({ source, headers, body }) {
    const sent = sentKey(headers, "idempotency-key");
    const malformed = (error: z.ZodError) =>
      ({ kind: "malformed", delivery: sent, message: fieldProblems(error, body) }) as const;
    const head = envelope.safeParse(body);
    if (!head.success) return malformed(head.error);

    if (head.data.event === STEP_EVENT) {
      const parsed = step.safeParse(body);
      if (!parsed.success) return malformed(parsed.error);
      const event = readStep(parsed.data, source);
      const made = () => madeKey([STEP_EVENT, parsed.data]);
      const delivery = sent ?? parsed.data.deliveryId ?? made();
      return { kind: "delivery", delivery, events: [event] };
    }
    const parsed = notification.safeParse(body);
    if (!parsed.success) return malformed(parsed.error);
    const delivery = notificationKey(parsed.data);
    return { kind: "delivery", delivery, events: [readNotification(parsed.data, source)] };
  },
};

/** The CDEvents plug-in says that it sends JSON, and sends what Java prints of an object. */
function decodeJenkins(bytes: Buffer): Decoded {
  return bytes.subarray(0, 11).toString("latin1") === "CloudEvent{"
    ? {
        kind: "undecodable",
        problem:
          "is the text of a Java object, as the CDEvents plug-in of Jenkins sends it, and not JSON: use the Notification plug-in, or an httpRequest step in the pipeline",
      }
    : decodeJson(bytes);
}
