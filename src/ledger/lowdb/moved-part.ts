import { ConfigError } from "../../shared/errors.ts";
import type { RecordedEvent } from "../ledger.ts";
import type { Batch } from "../move/ledger-target.ts";
import type { ArchivePart } from "./archive-writer.ts";
import type { Fingerprint } from "./fingerprint-set.ts";
import { type EventLine, eventLine, releaseLine } from "./history-line.ts";

interface MovedPart {
  readonly part: Omit<ArchivePart, "segment">;
  /** Of the last event that is there with it. */
  readonly position: number;
}

const NOTHING: Omit<ArchivePart, "segment"> = { events: [], releases: [], commands: [] };

/**
 * A batch as a segment of the archive has it; `position` is of the last event before it.
 * @throws ConfigError where an event is missing
 */
export function archivePart(
  batch: Exclude<Batch, { readonly stage: "streams" }>,
  position: number,
): MovedPart {
  switch (batch.stage) {
    case "events": {
      const events = batch.items.map((event, index) => lineAt(event, position + 1 + index));
      return { part: { ...NOTHING, events }, position: position + events.length };
    }
    case "archived releases":
      return { part: { ...NOTHING, releases: batch.items.map(releaseLine) }, position };
    case "command ids":
      return { part: { ...NOTHING, commands: batch.items.map(fingerprintIn) }, position };
  }
}

/**
 * Printed as it came, not as `eventText` does it: the members of what happened keep their order, so that
 * what is exported from here is what was exported from there, byte for byte.
 */
function lineAt(event: RecordedEvent, expected: number): EventLine {
  if (event.position !== expected) {
    throw new ConfigError([
      `the event at position ${expected} is missing: the next one there is has position ${event.position}. ` +
        "Where events were taken out of the database, --exported must name all files that hold them, the oldest first",
    ]);
  }
  return eventLine({ event, text: JSON.stringify(event) });
}

/** The same 64 bits as one signed number in decimal, as `LedgerContents` has them. */
function fingerprintIn(decimal: string): Fingerprint {
  const bits = BigInt(decimal);
  return { high: Number(BigInt.asIntN(32, bits)), low: Number(bits >> 32n) };
}
