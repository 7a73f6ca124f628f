import type { z } from "zod";
import { decodeNestedJson } from "./decode.ts";
import { madeKey } from "./delivery-key.ts";
import { fieldProblems } from "./field-problems.ts";
import type { ParsedDelivery, SourceAdapter } from "./source.ts";
import { isDeliveryKey } from "./source.ts";
import {
  cloudEvent,
  isPipelineFinished,
  pipelineRun,
  readPipelineRun,
} from "./spinnaker-cdevent.ts";
import { echoContent, echoEvent, PIPELINE_ENDS, readExecution } from "./spinnaker-echo.ts";
import { verifyToken } from "./static-token.ts";

/** Spinnaker: Echo's REST events, in each of their three forms, and its CDEvents notification. */
export const spinnakerSource: SourceAdapter = {
  mediaTypes: {
    "application/json": decodeNestedJson,
    "application/cloudevents+json": decodeNestedJson,
  },
  verify: (request, { tokens }) => verifyToken(request, tokens),
  parse: ({ source, body }) =>
    isRecord(body) && Object.hasOwn(body, "specversion")
      ? parseCloudEvent(body, source)
      : parseEcho(unwrapped(body), source),
};

function parseEcho(body: unknown, source: string): ParsedDelivery {
  const event = echoEvent.safeParse(body);
  if (!event.success) return malformed(event.error, body);
  const { eventId, details } = event.data;
  const sent = isDeliveryKey(eventId ?? "") ? (eventId ?? null) : null;
  if (!PIPELINE_ENDS.includes(details.type)) {
    return makesNone(sent ?? madeKey([details.type]), details.type, PIPELINE_ENDS.join(", "));
  }
  const read = echoContent.safeParse(body);
  if (!read.success) return malformed(read.error, body);
  const { execution } = read.data.content;
  return {
    kind: "delivery",
    delivery: sent ?? madeKey([details.type, execution.id, execution.status]),
    events: [readExecution(execution, details, source)],
  };
}

function parseCloudEvent(body: unknown, source: string): ParsedDelivery {
  const event = cloudEvent.safeParse(body);
  if (!event.success) return malformed(event.error, body);
  const { id, type, time } = event.data;
  if (!isPipelineFinished(type)) return makesNone(id, type, "dev.cdevents.pipelinerun.finished");
  const read = pipelineRun.safeParse(body);
  return read.success
    ? {
        kind: "delivery",
        delivery: id,
        events: [readPipelineRun(read.data, time ?? null, source)],
      }
    : malformed(read.error, body);
}

/** `wrap` puts the event into a member of another object, under a name that the settings of Echo choose. */
function unwrapped(body: unknown): unknown {
  if (!isRecord(body) || Object.hasOwn(body, "details")) return body;
  const inner = Object.values(body).find(
    (member) => isRecord(member) && Object.hasOwn(member, "details"),
  );
  return inner ?? body;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(error: z.ZodError, body: unknown): ParsedDelivery {
  return { kind: "malformed", delivery: null, message: fieldProblems(error, body) };
}

function makesNone(delivery: string, type: string, wanted: string): ParsedDelivery {
  const named = /^[\w:.-]{1,100}$/.test(type) ? type : "this event";
  const message = `${named} makes no release; releases are made of ${wanted}`;
  const event = { kind: "unsupported", code: "event_not_supported", message } as const;
  return { kind: "delivery", delivery, events: [event] };
}
