import { z } from "zod";
import { GITHUB_EVENTS } from "./github-fields.ts";
import type { ReadEvent } from "./read-event.ts";

const schema = z.object({
  hook: z.object({ events: z.array(z.string().max(100)).max(200).optional() }).optional(),
});

/** GitHub's first request to a new webhook. It says which events will come, so say whether any is of use. */
export function readPing(payload: unknown): ReadEvent {
  const parsed = schema.safeParse(payload);
  if (!parsed.success) return { kind: "malformed", error: parsed.error };
  const subscribed = parsed.data.hook?.events ?? [];
  const useful = GITHUB_EVENTS.filter(
    (event) => subscribed.includes(event) || subscribed.includes("*"),
  );
  const message =
    useful.length > 0
      ? `ping received, the secret fits; this webhook sends ${useful.join(", ")}`
      : `ping received, the secret fits, but this webhook sends no event that makes a release: subscribe it to ${GITHUB_EVENTS.join(", ")}`;
  return { kind: "unsupported", code: "ping", message };
}
