import { createHash } from "node:crypto";
import { z } from "zod";
import { decodeJson } from "./decode.ts";
import { fieldProblems } from "./field-problems.ts";
import { imageRepository, notARelease, pushedImage, registryHost } from "./image-push.ts";
import { isDeliveryKey, type ParsedEvent, type SourceAdapter } from "./source.ts";
import { verifyToken } from "./static-token.ts";
import { instant, isImageDigest } from "./text.ts";

/** Manifests and indexes, which are what a tag can be put on; a layer is pushed as well. */
const TAGGABLE: readonly string[] = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
];

const envelope = z.object({
  events: z
    .array(
      z.object({
        id: z.string().refine(isDeliveryKey, "must be an id"),
        action: z.string().max(60),
      }),
    )
    .max(1_000, "must have at most 1000 entries"),
});

const push = z.object({
  timestamp: instant.nullish(),
  target: z.object({
    mediaType: z.string().max(255).nullish(),
    digest: z.string().refine(isImageDigest, "must be sha256: and 64 hexadecimal digits"),
    repository: imageRepository,
    tag: z.string().max(255).nullish(),
  }),
  request: z.object({ host: z.string().max(255).nullish() }).nullish(),
});

/**
 * Notifications of an OCI registry (distribution). It sends one request at a time and repeats it for ever
 * unless the answer is 2xx or 3xx, so one event that cannot be read must not hold up those after it.
 */
export const ociRegistrySource: SourceAdapter = {
  mediaTypes: {
    "application/vnd.docker.distribution.events.v1+json": decodeJson,
    "application/vnd.docker.distribution.events.v2+json": decodeJson,
    "application/json": decodeJson,
  },
  verify: (request, { tokens }) => verifyToken(request, tokens),
  parse({ source, body }) {
    const parsed = envelope.safeParse(body);
    if (!parsed.success) {
      return { kind: "malformed", delivery: null, message: fieldProblems(parsed.error, body) };
    }
    const { events } = parsed.data;
    const ids = events.map(({ id }) => id).join("\n");
    const sent = (body as { readonly events: readonly unknown[] }).events;
    return {
      kind: "delivery",
      delivery: events.length === 1 ? (events[0]?.id ?? "") : digestOf(ids),
      events: events.map(({ action }, index) => readEvent(action, sent[index], source)),
    };
  },
};

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function readEvent(action: string, sent: unknown, source: string): ParsedEvent {
  if (action !== "push") {
    const message = "only pushes make releases: leave the other actions out of the notifications";
    return { kind: "unsupported", code: "event_not_supported", message };
  }
  const parsed = push.safeParse(sent);
  if (!parsed.success) {
    const message = `a push that cannot be read: ${fieldProblems(parsed.error, sent)}`;
    return { kind: "unsupported", code: "not_this_system", message };
  }
  const { target, timestamp, request } = parsed.data;
  if (!TAGGABLE.includes(target.mediaType ?? "")) {
    return notARelease(`what was pushed to ${target.repository} is no manifest of an image`);
  }
  return pushedImage({
    source,
    event: "push",
    host: registryHost(request?.host),
    repository: target.repository,
    tag: target.tag ?? "",
    digest: target.digest,
    at: timestamp ?? null,
  });
}
