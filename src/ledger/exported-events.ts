import { createReadStream } from "node:fs";
import { z } from "zod";
import type { Actor } from "../core/actor.ts";
import type { DomainEvent } from "../core/event.ts";
import { Damaged, type RecordedEvent } from "./ledger.ts";

function object<T extends object>() {
  return z.custom<T>((value) => typeof value === "object" && value !== null);
}

const recordedEvent = z.object({
  position: z.number(),
  stream: z.string(),
  version: z.number(),
  at: z.number(),
  by: object<Actor>(),
  event: object<DomainEvent>(),
  previous: z.string(),
  schema: z.number().optional(),
  hash: z.string(),
});

/** The events of files that were exported, one file after the other. @throws Damaged, with the file and the line */
export async function* exportedEvents(paths: readonly string[]): AsyncGenerator<RecordedEvent> {
  for (const path of paths) {
    let count = 0;
    for await (const line of linesOf(path)) {
      count += 1;
      yield eventIn(line, `${path}, line ${count}`);
    }
  }
}

/** Ended by line feeds and nothing else: `readline` would also split at separators that JSON may hold. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of createReadStream(path, { encoding: "utf8" })) {
    const lines = `${rest}${String(chunk)}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

function eventIn(line: string, place: string): RecordedEvent {
  try {
    return recordedEvent.parse(JSON.parse(line));
  } catch {
    throw new Damaged(`${place} is not an exported event`);
  }
}
