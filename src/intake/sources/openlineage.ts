import { z } from "zod";
import { decodeJson } from "./decode.ts";
import { madeKey } from "./delivery-key.ts";
import { fieldProblems } from "./field-problems.ts";
import { toFragment } from "./openlineage-fragment.ts";
import { runEvent } from "./openlineage-schema.ts";
import type { ParsedEvent, SourceAdapter } from "./source.ts";
import { verifyToken } from "./static-token.ts";

const MOST_IN_BATCH = 1_000;

/** What a request may hold besides events of runs. */
const kinds = z.object({
  run: z.unknown().optional(),
  job: z.unknown().optional(),
  dataset: z.unknown().optional(),
});

interface Read {
  /** What tells the event from others: OpenLineage gives it no id. */
  readonly key: unknown;
  readonly event: ParsedEvent;
}

/**
 * OpenLineage's events of runs, one or a batch. What is known of a run is spread over its events and those of
 * its parts, so that each becomes one piece of the release that the run may make.
 */
export const openlineageSource: SourceAdapter = {
  mediaTypes: { "application/json": decodeJson },
  verify: (request, { tokens }) => verifyToken(request, tokens),
  parse({ source, body }) {
    const batch = Array.isArray(body);
    const list: readonly unknown[] = batch ? body : [body];
    if (list.length > MOST_IN_BATCH) {
      const message = `the body: must hold at most ${MOST_IN_BATCH} events`;
      return { kind: "malformed", delivery: null, message };
    }
    const read: Read[] = [];
    for (const [index, event] of list.entries()) {
      const one = readEvent(event, source);
      if (typeof one === "string") {
        const message = batch ? `event ${index} of the batch: ${one}` : one;
        return { kind: "malformed", delivery: null, message };
      }
      read.push(one);
    }
    return {
      kind: "delivery",
      delivery: madeKey(read.map(({ key }) => key)),
      events: read.map(({ event }) => event),
    };
  },
};

/** The event, or what is wrong with it. */
function readEvent(value: unknown, source: string): Read | string {
  const kind = kinds.safeParse(value);
  if (!kind.success) return fieldProblems(kind.error, value);
  if (kind.data.run === undefined && (kind.data.job ?? kind.data.dataset) !== undefined) {
    return { key: value, event: NO_RUN };
  }
  const parsed = runEvent.safeParse(value);
  if (!parsed.success) return fieldProblems(parsed.error, value);
  const { run, eventType, eventTime } = parsed.data;
  return {
    key: [run.runId, eventType ?? "", eventTime],
    event: toFragment(parsed.data, source),
  };
}

const NO_RUN: ParsedEvent = {
  kind: "unsupported",
  code: "event_not_supported",
  message: "an event of a job or a data set makes no release; releases are made of runs",
};
