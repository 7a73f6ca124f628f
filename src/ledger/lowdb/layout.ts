import { join } from "node:path";
import { componentStream, GLOBAL_STREAM, type StreamId } from "../ledger.ts";

/** Where what is stored lies in the folder of the ledger. */
export interface Layout {
  readonly root: string;
  readonly journal: string;
  readonly components: string;
  readonly archive: string;
  readonly checkpoint: string;
  segment(segment: number): string;
  document(stream: StreamId): DocumentPlace;
  archived(kind: ArchiveKind, segment: number): string;
}

export type ArchiveKind = "events" | "releases" | "index";

export interface DocumentPlace {
  readonly directory: string;
  readonly path: string;
}

export function layoutOf(root: string): Layout {
  const journal = join(root, "journal");
  const components = join(root, "components");
  const archive = join(root, "archive");
  return {
    root,
    journal,
    components,
    archive,
    checkpoint: join(root, "checkpoint.json"),
    segment: (segment) => join(journal, `${padded(segment)}${SEGMENT_ENDING}`),
    document: (stream) =>
      stream === GLOBAL_STREAM
        ? { directory: root, path: join(root, "global.json") }
        : { directory: components, path: join(components, `${fileName(stream)}.json`) },
    archived: (kind, segment) =>
      join(archive, `${kind}-${padded(segment)}.${kind === "index" ? "bin" : "jsonl"}`),
  };
}

const SEGMENT_ENDING = ".jsonl";

/** The number of a journal segment by the name of its file; null: it is something else. */
export function segmentOf(name: string): number | null {
  const match = /^(\d{8,})\.jsonl$/.exec(name);
  return match === null ? null : Number(match[1]);
}

/** The number of the journal segment that an index in the archive belongs to; null: something else. */
export function indexOf(name: string): number | null {
  const match = /^index-(\d{8,})\.bin$/.exec(name);
  return match === null ? null : Number(match[1]);
}

function padded(segment: number): string {
  return String(segment).padStart(8, "0");
}

/**
 * The component's name, with everything but small letters, digits, dot, dash and underscore as %XX: no two
 * streams share a file, on file systems that ignore case neither.
 */
function fileName(stream: StreamId): string {
  const prefix = componentStream("");
  const name = stream.startsWith(prefix) ? stream.slice(prefix.length) : `//${stream}`;
  return [...Buffer.from(name)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[a-z0-9._-]/.test(character)
        ? character
        : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}
