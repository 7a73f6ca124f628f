import { createHash } from "node:crypto";
import { readBuild, readPipelineRun, readTestSuite } from "./cdevents-build.ts";
import { readIncident } from "./cdevents-incident.ts";
import { type CdEvent, cdEventSchema } from "./cdevents-schema.ts";
import { decodeJson, decodeNestedJson } from "./decode.ts";
import { fieldProblems } from "./field-problems.ts";
import type { ParsedEvent, SourceAdapter } from "./source.ts";
import { verifyToken } from "./static-token.ts";

type Reader = (event: CdEvent, source: string) => ParsedEvent;

/** By subject and predicate. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["build.finished", readBuild],
  ["artifact.packaged", readBuild],
  ["artifact.published", readBuild],
  ["pipelinerun.finished", readPipelineRun],
  ["testsuiterun.finished", readTestSuite],
  ["incident.detected", readIncident],
  ["incident.reported", readIncident],
  ["incident.resolved", readIncident],
]);

const MOST_EVENTS = 1_000;

/**
 * CDEvents over HTTP as CloudEvents: structured, binary or batched. In all three the CDEvent itself is in the
 * body and holds all that the headers say, so only the body is read, whatever the Content-Type calls it.
 */
export const cdeventsSource: SourceAdapter = {
  mediaTypes: {
    "application/cloudevents+json": decodeJson,
    "application/cloudevents-batch+json": decodeJson,
    // Some senders encode a structured event twice, and call it plain JSON.
    "application/json": decodeNestedJson,
  },
  asksFirst: true,
  verify: (request, { tokens }) => verifyToken(request, tokens),
  parse({ source, body }) {
    const sent = (Array.isArray(body) ? body : [body]).map(unwrapped);
    if (sent.length > MOST_EVENTS) {
      const message = `a batch has at most ${MOST_EVENTS} events`;
      return { kind: "malformed", delivery: null, message };
    }
    const events: CdEvent[] = [];
    for (const [index, one] of sent.entries()) {
      const parsed = cdEventSchema.safeParse(one);
      if (!parsed.success) {
        const where = Array.isArray(body) ? `event ${index + 1} of the batch: ` : "";
        const message = `${where}${fieldProblems(parsed.error, one)}`;
        return { kind: "malformed", delivery: null, message };
      }
      events.push(parsed.data);
    }
    const ids = events.map(({ context }) => `${context.source}\n${context.id}`).join("\n");
    return {
      kind: "delivery",
      delivery: createHash("sha256").update(ids).digest("hex").slice(0, 32),
      events: events.map((event) => readEvent(event, source)),
    };
  },
};

/** The CDEvent of a structured event; a binary one is its body. */
function unwrapped(event: unknown): unknown {
  if (typeof event !== "object" || event === null || "context" in event) return event;
  if ("data" in event) return event.data;
  if (!("data_base64" in event) || typeof event.data_base64 !== "string") return event;
  const decoded = decodeJson(Buffer.from(event.data_base64, "base64"));
  return decoded.kind === "decoded" ? decoded.value : event;
}

function readEvent(event: CdEvent, source: string): ParsedEvent {
  const { type } = event.context;
  const reader = READERS.get(type);
  if (reader !== undefined) return reader(event, source);
  const why = type.startsWith("service.")
    ? "tells what is deployed, of which Slipway is told by its deployers"
    : `makes no release; releases are made of ${[...READERS.keys()].slice(0, 5).join(", ")}`;
  return { kind: "unsupported", code: "event_not_supported", message: `${type} ${why}` };
}
