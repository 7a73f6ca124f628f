import { EMPTY_CHAIN, recordEvents } from "../../src/ledger/chain.ts";
import { componentStream } from "../../src/ledger/ledger.ts";
import { writeArchive } from "../../src/ledger/lowdb/archive-writer.ts";
import { writeMark } from "../../src/ledger/lowdb/checkpoint-mark.ts";
import { documentFile } from "../../src/ledger/lowdb/document-file.ts";
import { type FileSystem, replaceFile } from "../../src/ledger/lowdb/file-system.ts";
import { fingerprintOf } from "../../src/ledger/lowdb/fingerprint-set.ts";
import {
  type EventLine,
  eventLine,
  type ReleaseLine,
  releaseLine,
} from "../../src/ledger/lowdb/history-line.ts";
import { openSegment } from "../../src/ledger/lowdb/journal.ts";
import { layoutOf } from "../../src/ledger/lowdb/layout.ts";
import { nodeFileSystem } from "../../src/ledger/lowdb/node-file-system.ts";
import { emptyDocument } from "../../src/ledger/lowdb/stream-document.ts";
import { sampleEvents, sampleRelease, sampleState } from "./sample-component.ts";

const BY = { at: Date.UTC(2026, 10, 22), by: { kind: "system", name: "bench" } } as const;
/** Releases whose whole life fits into one journal segment of 16 MB, about. */
const RELEASES_PER_SEGMENT = 400;

/**
 * Writes the files of a ledger that has lived long: every component with so many past releases, each with
 * its events and the ids of three commands. Not through the journal, whose lines would have been removed
 * long ago, but by the functions that the store itself writes its archive, its documents and its mark
 * with; what it wrote verifies.
 */
export async function writePastLedger(
  directory: string,
  past: { readonly components: number; readonly releasesEach: number },
): Promise<void> {
  const files = unsynced(nodeFileSystem);
  const layout = layoutOf(directory);
  for (const folder of [layout.journal, layout.components, layout.archive]) {
    files.makeDirectory(folder);
  }
  const names = Array.from({ length: past.components }, (_, n) => componentName(n));
  const heads = names.map(() => EMPTY_CHAIN);
  let position = 0;
  let segment = 0;
  let part = emptyPart();
  const total = past.components * past.releasesEach;
  for (let n = 0; n < total; n += 1) {
    const index = n % past.components;
    const component = names[index] ?? "";
    const release = sampleRelease(component, Math.floor(n / past.components) + 1);
    const stream = componentStream(component);
    const head = heads[index] ?? EMPTY_CHAIN;
    const events = recordEvents(BY, { stream, events: sampleEvents(release) }, head, position + 1);
    const last = events.at(-1)?.event;
    if (last !== undefined) heads[index] = { version: last.version, head: last.hash };
    position += events.length;
    part.events.push(...events.map(eventLine));
    part.releases.push(releaseLine({ stream, release }));
    part.commands.push(...[1, 2, 3].map((k) => fingerprintOf(`${release.id}/${k}`)));
    if (part.releases.length === RELEASES_PER_SEGMENT || n === total - 1) {
      segment += 1;
      await writeArchive(files, layout, { segment, ...part });
      part = emptyPart();
    }
  }
  for (const [index, component] of names.entries()) {
    const stream = componentStream(component);
    const state = sampleState(component, past.releasesEach);
    const document = { ...emptyDocument(stream), ...(heads[index] ?? EMPTY_CHAIN), state };
    await replaceFile(files, layout.document(stream).path, [documentFile(document)]);
  }
  await files.syncDirectory(layout.components);
  await writeMark(files, layout, { segment, line: 3 * total, position });
  await (await openSegment(files, layout, segment + 1)).close();
}

export function componentName(n: number): string {
  return `svc-${String(n).padStart(4, "0")}`;
}

/** What a benchmark builds need not survive a power cut; to sync thousands of files would take minutes. */
function unsynced(files: FileSystem): FileSystem {
  return {
    ...files,
    syncDirectory: async () => {},
    open: async (path, mode) => {
      const file = await files.open(path, mode);
      return {
        write: (data, position) => file.write(data, position),
        read: (length, position) => file.read(length, position),
        size: () => file.size(),
        truncate: (length) => file.truncate(length),
        syncData: async () => {},
        sync: async () => {},
        close: () => file.close(),
      };
    },
  };
}

function emptyPart() {
  return {
    events: [] as EventLine[],
    releases: [] as ReleaseLine[],
    commands: [] as ReturnType<typeof fingerprintOf>[],
  };
}
