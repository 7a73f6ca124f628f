import { createHash } from "node:crypto";
import { z } from "zod";
import { decodeJson } from "./decode.ts";
import { fieldProblems } from "./field-problems.ts";
import { scanEvidence, scanOverview } from "./harbor-scan.ts";
import {
  examinedImage,
  imageRepository,
  pushedImage,
  registryHost,
  type TaggedImage,
} from "./image-push.ts";
import {
  isDeliveryKey,
  type ParsedDelivery,
  type ParsedEvent,
  type SignedRequest,
  type SourceAdapter,
  type Verification,
} from "./source.ts";
import { AUTHORIZATION, verifyToken } from "./static-token.ts";
import { cleanLine, instant, isImageDigest } from "./text.ts";

const data = z.object({
  resources: z
    .array(
      z.object({
        digest: z.string().refine(isImageDigest, "must be sha256: and 64 hexadecimal digits"),
        tag: z.string().max(255).nullish(),
        resource_url: z.string().max(2_000).nullish(),
        scan_overview: scanOverview.nullish(),
      }),
    )
    .min(1, "must have at least one entry")
    .max(100, "must have at most 100 entries"),
  repository: z.object({ repo_full_name: imageRepository }),
});

/** Times are in seconds. */
const own = z.object({
  type: z.string().max(100),
  occur_at: z.number().min(0).max(1e11),
  event_data: z.unknown(),
});

const cloudEvent = z.object({
  specversion: z.string(),
  id: z.string().refine(isDeliveryKey, "must be an id"),
  type: z.string().max(100),
  time: instant.nullish(),
  data: z.unknown(),
});

/** Both formats name the same events; those of CloudEvents are on the left. */
const OWN_NAMES: ReadonlyMap<string, string> = new Map([
  ["harbor.artifact.pushed", "PUSH_ARTIFACT"],
  ["harbor.scan.completed", "SCANNING_COMPLETED"],
  ["harbor.scan.failed", "SCANNING_FAILED"],
]);

interface HarborEvent {
  readonly type: string;
  readonly at: number | null;
  readonly data: unknown;
  /** null: it sends no id. */
  readonly id: string | null;
}

/** Webhooks of Harbor, in its own format or as CloudEvents. */
export const harborSource: SourceAdapter = {
  mediaTypes: { "application/json": decodeJson, "application/cloudevents+json": decodeJson },
  verify: verifyHarbor,
  parse({ source, body }) {
    const read = readEnvelope(body);
    if ("issues" in read) return malformed(read, body, null);
    if (!HEARD.includes(read.type)) {
      const message = `${cleanLine(read.type, 60)} makes no release; releases are made of ${HEARD.join(", ")}`;
      const unsupported = { kind: "unsupported", code: "event_not_supported", message } as const;
      return { kind: "delivery", delivery: keyOf(read, []), events: [unsupported] };
    }
    const parsed = data.safeParse(read.data);
    if (!parsed.success) return malformed(parsed.error, read.data, read.id);
    const { resources, repository } = parsed.data;
    const delivery = keyOf(
      read,
      resources.map(({ digest, tag }) => `${repository.repo_full_name}:${tag}@${digest}`),
    );
    const events = resources.map((resource): ParsedEvent => {
      const image: TaggedImage = {
        source,
        event: read.type,
        host: registryHost(resource.resource_url?.split("/", 1)[0]),
        repository: repository.repo_full_name,
        tag: resource.tag ?? "",
        digest: resource.digest,
        at: read.type === "PUSH_ARTIFACT" ? read.at : null,
      };
      return read.type === "PUSH_ARTIFACT"
        ? pushedImage(image)
        : examinedImage(image, scanEvidence(read.type, resource.scan_overview ?? {}));
    });
    return { kind: "delivery", delivery, events };
  },
};

const HEARD: readonly string[] = [...OWN_NAMES.values()];

/** Harbor sends the configured text as it is, whether it names a scheme or not. */
function verifyHarbor(
  request: SignedRequest,
  { tokens }: { readonly tokens: readonly string[] },
): Verification {
  const named = /^(?:bearer|basic) /i.test(request.headers.authorization ?? "");
  return verifyToken(
    request,
    tokens,
    named ? AUTHORIZATION : { kind: "header", name: "authorization" },
  );
}

function readEnvelope(body: unknown): HarborEvent | z.ZodError {
  const isCloudEvent = typeof body === "object" && body !== null && "specversion" in body;
  if (isCloudEvent) {
    const { error, data: event } = cloudEvent.safeParse(body);
    if (error !== undefined) return error;
    const type = OWN_NAMES.get(event.type) ?? event.type;
    return { type, at: event.time ?? null, data: event.data, id: event.id };
  }
  const { error, data: event } = own.safeParse(body);
  if (error !== undefined) return error;
  const at = Math.round(event.occur_at * 1000);
  return { type: event.type, at, data: event.event_data, id: null };
}

/** Its own format has no id: what happened to which images, and when. */
function keyOf({ id, type, at }: HarborEvent, images: readonly string[]): string {
  const text = [type, at, ...images].join("\n");
  return id ?? createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function malformed(error: z.ZodError, input: unknown, delivery: string | null): ParsedDelivery {
  return { kind: "malformed", delivery, message: fieldProblems(error, input) };
}
