import { open } from "node:fs/promises";
import { z } from "zod";
import type { Actor } from "../core/actor.ts";
import type { DomainEvent } from "../core/event.ts";
import { Damaged, type RecordedEvent } from "./ledger.ts";

function tagged<T extends object>() {
  return z.custom<T>((value) => typeof value === "object" && value !== null);
}

const recordedEvent = z.object({
  position: z.number(),
  stream: z.string(),
  version: z.number(),
  at: z.number(),
  by: tagged<Actor>(),
  event: tagged<DomainEvent>(),
  previous: z.string(),
  hash: z.string(),
});

/** The events of files that were exported, one file after the other. @throws Damaged, with the file and the line */
export async function* exportedEvents(paths: readonly string[]): AsyncGenerator<RecordedEvent> {
  for (const path of paths) {
    const file = await open(path);
    try {
      let count = 0;
      for await (const line of file.readLines()) {
        count += 1;
        yield eventIn(line, `${path}, line ${count}`);
      }
    } finally {
      await file.close();
    }
  }
}

function eventIn(line: string, place: string): RecordedEvent {
  try {
    return recordedEvent.parse(JSON.parse(line));
  } catch {
    throw new Damaged(`${place} is not an exported event`);
  }
}
