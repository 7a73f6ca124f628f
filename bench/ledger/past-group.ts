import { type ChainHead, EMPTY_CHAIN, recordEvents } from "../../src/ledger/chain.ts";
import { componentStream } from "../../src/ledger/ledger.ts";
import { writeArchive } from "../../src/ledger/lowdb/archive-writer.ts";
import { documentFile } from "../../src/ledger/lowdb/document-file.ts";
import { type FileSystem, replaceFile } from "../../src/ledger/lowdb/file-system.ts";
import { type Fingerprint, fingerprintOf } from "../../src/ledger/lowdb/fingerprint-set.ts";
import {
  type EventLine,
  eventLine,
  type ReleaseLine,
  releaseLine,
} from "../../src/ledger/lowdb/history-line.ts";
import { layoutOf } from "../../src/ledger/lowdb/layout.ts";
import { nodeFileSystem } from "../../src/ledger/lowdb/node-file-system.ts";
import { emptyDocument } from "../../src/ledger/lowdb/stream-document.ts";
import { serveParent } from "../harness/serve-parent.ts";
import { componentName, sampleEvents, sampleRelease, sampleState } from "./sample-component.ts";

/** The components from `from` up to `to`, without it, of a past ledger. */
export interface PastGroup {
  readonly directory: string;
  readonly past: { readonly components: number; readonly releasesEach: number };
  readonly group: number;
  readonly groups: number;
  readonly from: number;
  readonly to: number;
}

const BY = { at: Date.UTC(2026, 10, 22), by: { kind: "system", name: "bench" } } as const;
const EVENTS_EACH = sampleEvents(sampleRelease("any", 1)).length;

await serveParent<PastGroup>(async (group) => ({ ready: await writeGroup(group) }));

/** Returns how many events it wrote. */
async function writeGroup({ directory, past, group, groups, from, to }: PastGroup) {
  const files = unsynced(nodeFileSystem);
  const layout = layoutOf(directory);
  const names = Array.from({ length: to - from }, (_, n) => componentName(from + n));
  const heads = new Map(names.map((name) => [name, EMPTY_CHAIN]));
  let written = Promise.resolve<unknown>(null);
  for (let round = 0; round < past.releasesEach; round += 1) {
    const segment = round * groups + group + 1;
    const position = (round * past.components + from) * EVENTS_EACH + 1;
    const part = nextReleases(heads, round + 1, position);
    // It goes on with the next one while this one is written.
    await written;
    written = writeArchive(files, layout, { segment, ...part });
  }
  await written;
  for (const [component, head] of heads) {
    const stream = componentStream(component);
    const state = sampleState(component, past.releasesEach);
    const document = { ...emptyDocument(stream), ...head, state };
    await replaceFile(files, layout.document(stream).path, [documentFile(document)]);
  }
  return names.length * past.releasesEach * EVENTS_EACH;
}

/** The release of this sequence of every component, and what happened to it. Moves the heads. */
function nextReleases(heads: Map<string, ChainHead>, sequence: number, first: number) {
  const events: EventLine[] = [];
  const releases: ReleaseLine[] = [];
  const commands: Fingerprint[] = [];
  for (const [component, head] of heads) {
    const stream = componentStream(component);
    const release = sampleRelease(component, sequence);
    const write = { stream, events: sampleEvents(release) };
    for (const printed of recordEvents(BY, write, head, first + events.length)) {
      events.push(eventLine(printed));
      const { version, hash } = printed.event;
      heads.set(component, { version, head: hash });
    }
    releases.push(releaseLine({ stream, release }));
    commands.push(...[1, 2, 3].map((k) => fingerprintOf(`${release.id}/${k}`)));
  }
  return { events, releases, commands };
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
