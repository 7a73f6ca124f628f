import { z } from "zod";
import { decodeJson } from "./decode.ts";
import { fieldProblems } from "./field-problems.ts";
import type { ReadEvent } from "./read-event.ts";
import { readModelPackage } from "./sagemaker-model-package.ts";
import { readPipelineExecution, readTrainingJob } from "./sagemaker-runs.ts";
import { isDeliveryKey, type SourceAdapter } from "./source.ts";
import { verifyToken } from "./static-token.ts";
import { cleanLine, instant, line } from "./text.ts";

const envelope = z.object({
  id: z.string().refine(isDeliveryKey, "must be the id of the event"),
  "detail-type": line(200),
  source: line(100),
  time: instant,
  detail: z.looseObject({}),
});

type Reader = (detail: unknown, source: string, time: number) => ReadEvent;

const READERS: Readonly<Record<string, Reader>> = {
  "SageMaker Model Package State Change": readModelPackage,
  "SageMaker Training Job State Change": readTrainingJob,
  "SageMaker Model Building Pipeline Execution Status Change": readPipelineExecution,
};

/** The kinds of events that make releases: what a rule of EventBridge should match. */
export const SAGEMAKER_EVENTS = Object.keys(READERS);

/**
 * Events of SageMaker, as an API destination of EventBridge delivers them: at least once, for up to a day, in
 * any order.
 */
export const sagemakerSource: SourceAdapter = {
  mediaTypes: { "application/json": decodeJson },
  verify: (request, { tokens }) =>
    request.headers["x-api-key"] === undefined
      ? verifyToken(request, tokens)
      : verifyToken(request, tokens, { kind: "header", name: "x-api-key" }),
  parse({ source, body }) {
    const head = envelope.safeParse(body);
    if (!head.success) {
      return { kind: "malformed", delivery: null, message: fieldProblems(head.error, body) };
    }
    const { id: delivery, "detail-type": type, time, detail } = head.data;
    const reader =
      head.data.source === "aws.sagemaker" && Object.hasOwn(READERS, type)
        ? READERS[type]
        : undefined;
    if (reader === undefined) {
      const message = `${cleanLine(type, 100)} of ${cleanLine(head.data.source, 60)} makes no release; releases are made of ${SAGEMAKER_EVENTS.join(", ")}`;
      const events = [{ kind: "unsupported", code: "event_not_supported", message } as const];
      return { kind: "delivery", delivery, events };
    }
    const read = reader(detail, source, time);
    return read.kind === "malformed"
      ? { kind: "malformed", delivery, message: fieldProblems(read.error, detail) }
      : { kind: "delivery", delivery, events: [read] };
  },
};
