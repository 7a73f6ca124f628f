import { join } from "node:path";
import { Damaged } from "../ledger.ts";
import { Archive } from "./archive.ts";
import { type CheckpointMark, readMark } from "./checkpoint-mark.ts";
import { parseDocumentFile } from "./document-file.ts";
import type { FileSystem } from "./file-system.ts";
import { LedgerImage } from "./image.ts";
import type { Layout } from "./layout.ts";
import { type ReplayedSegment, replayJournal } from "./replay.ts";

export interface LoadedImage {
  readonly image: LedgerImage;
  readonly mark: CheckpointMark;
  /** The journal's segments that came after the checkpoint; the last one goes on being written. */
  readonly segments: readonly (ReplayedSegment & { readonly position: number })[];
}

/**
 * Reads everything that a start needs, and changes nothing: documents, what the archive holds, and then
 * the journal from the checkpoint on.
 * @throws Damaged, UnknownSchema; ConfigError where a ledger is being moved into the folder
 */
export function loadImage(files: FileSystem, layout: Layout): LoadedImage {
  return loadImageFrom(readMark(files, layout), files, layout);
}

/** The same, as it will be when this is the mark. */
export function loadImageFrom(
  mark: CheckpointMark,
  files: FileSystem,
  layout: Layout,
): LoadedImage {
  const archive = new Archive(files, layout);
  archive.load();
  if (archive.lastArchived() < mark.segment) {
    throw missing(layout.archived("index", archive.lastArchived() + 1));
  }
  const lastArchived = archive.lastArchived();
  const image = new LedgerImage(archive);
  image.startAt(mark.position);
  const documents = loadDocuments(files, layout, image);
  const positions = new Map<number, number>();
  const replayed = replayJournal(files, layout, { mark, lastArchived }, (record, segment) => {
    image.replay(record, segment);
    positions.set(segment, image.position);
  });
  if (replayed.length === 0 && (mark.segment > 0 || documents > 0)) {
    throw missing(layout.segment(mark.segment + 1));
  }
  image.endReplay();
  let position = mark.position;
  const segments = replayed.map((segment) => {
    position = positions.get(segment.segment) ?? position;
    return { ...segment, position };
  });
  return { image, mark, segments };
}

function loadDocuments(files: FileSystem, layout: Layout, image: LedgerImage): number {
  const names = files.list(layout.components).filter((name) => name.endsWith(".json"));
  const paths = [
    ...names.map((name) => join(layout.components, name)),
    layout.document("global").path,
  ];
  let count = 0;
  for (const path of paths) {
    const file = files.readFile(path);
    if (file === null) continue;
    image.put(parseDocumentFile(file, path));
    count += 1;
  }
  return count;
}

function missing(path: string): Damaged {
  return new Damaged(`${path} is missing. Restore the folder from a backup. Nothing was changed`);
}
