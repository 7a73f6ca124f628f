import { z } from "zod";
import type { Instant } from "../../core/json.ts";
import { decodeJson } from "./decode.ts";
import { madeKey, sentKey } from "./delivery-key.ts";
import { fieldProblems } from "./field-problems.ts";
import { readJob } from "./gitlab-job.ts";
import { readPipeline } from "./gitlab-pipeline.ts";
import { readRelease } from "./gitlab-release.ts";
import type { ReadEvent } from "./read-event.ts";
import type { SignedRequest, SourceAdapter, SourceSettings, Verification } from "./source.ts";
import { verifyStandardWebhook } from "./standard-webhooks.ts";
import { verifyToken } from "./static-token.ts";

type Reader = (payload: unknown, source: string) => ReadEvent;

/** By `object_kind`; a job is called a build there. */
const READERS: Readonly<Record<string, Reader>> = {
  pipeline: readPipeline,
  build: readJob,
  release: readRelease,
};

/** The events that make releases, as rules name them. */
export const GITLAB_EVENTS = ["pipeline", "job", "release"] as const;

/** The header `X-Gitlab-Event` is not looked at: system hooks call everything `System Hook`. */
const envelope = z.object({
  object_kind: z.string().max(100).optional(),
  event_name: z.string().max(100).optional(),
});

/** Webhooks of a project or a group, and system hooks of an instance. */
export const gitlabSource: SourceAdapter = {
  mediaTypes: { "application/json": decodeJson },
  verify: verifyGitlab,
  parse({ source, headers, body }) {
    // Neither X-Gitlab-Event-UUID nor X-Gitlab-Webhook-UUID will do: one is shared by all hooks of an
    // event, the other is new for every attempt.
    const sent = sentKey(headers, "webhook-id", "idempotency-key");
    const read = readEvent(body, source);
    if (read.kind === "malformed") {
      return { kind: "malformed", delivery: sent, message: fieldProblems(read.error, body) };
    }
    return { kind: "delivery", delivery: sent ?? madeKey([read]), events: [read] };
  },
};

/** Where there is a signing token nothing else counts: else leaving the signature out would do. */
function verifyGitlab(
  request: SignedRequest,
  { secrets, tokens }: SourceSettings,
  now: Instant,
): Verification {
  return secrets.length > 0
    ? verifyStandardWebhook(request, secrets, now)
    : verifyToken(request, tokens, { kind: "header", name: "x-gitlab-token" });
}

function readEvent(payload: unknown, source: string): ReadEvent {
  const head = envelope.safeParse(payload);
  if (!head.success) return { kind: "malformed", error: head.error };
  const { object_kind: kind, event_name: name } = head.data;
  if (kind === undefined && name === undefined) {
    const issue = "is missing: a webhook with a template of its own is not understood";
    const error = new z.ZodError([
      { code: "custom", path: [], message: `object_kind ${issue}`, input: payload },
    ]);
    return { kind: "malformed", error };
  }
  if (kind === "deployment") {
    const message =
      "a deployment makes no release: what is deployed is observed by the deployer that Slipway drives";
    return { kind: "unsupported", code: "deployment_observed_elsewhere", message };
  }
  const what = kind ?? name ?? "";
  const reader = Object.hasOwn(READERS, what) ? READERS[what] : undefined;
  return reader === undefined
    ? {
        kind: "unsupported",
        code: "event_not_supported",
        message: `${/^[a-z_]+$/.test(what) ? what : "this event"} makes no release; releases are made of ${GITLAB_EVENTS.join(", ")}`,
      }
    : reader(payload, source);
}
