/** A file that the app uploaded. */
export interface LocalFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly bytes: Uint8Array;
  readonly createdAt: number;
}

/** Files as Slack takes them: an address for the bytes, then the word that they are all there. */
export interface FileStore {
  /** Where `length` bytes are to be sent. */
  begin(name: string, length: number): { readonly id: string; readonly path: string };
  /** What is posted there. Returns the HTTP status. */
  receive(path: string, bytes: Uint8Array): number;
  /** False: no bytes have come for this id. */
  complete(id: string, title: string): boolean;
  find(id: string): LocalFile | undefined;
  /** Slack looks at a file before messages may show it. */
  isReady(id: string): boolean;
  list(): readonly LocalFile[];
  /** As if somebody had deleted it. */
  remove(id: string): void;
}

/** How long Slack takes to look at a file; the real one takes a second or two. */
const LOOKS_FOR = 200;
export const UPLOAD_PATH = "/upload/";

export function createFileStore(now: () => number): FileStore {
  const awaited = new Map<string, { readonly name: string; readonly length: number }>();
  const received = new Map<string, { readonly name: string; readonly bytes: Uint8Array }>();
  const files = new Map<string, LocalFile>();
  let count = 0;

  return {
    begin(name, length) {
      count += 1;
      const id = `F0LOCAL${String(count).padStart(4, "0")}`;
      awaited.set(id, { name, length });
      return { id, path: `${UPLOAD_PATH}${id}` };
    },
    receive(path, bytes) {
      const id = path.replace(UPLOAD_PATH, "");
      const file = awaited.get(id);
      if (file === undefined) return 404;
      if (bytes.byteLength !== file.length) return 400;
      awaited.delete(id);
      received.set(id, { name: file.name, bytes });
      return 200;
    },
    complete(id, title) {
      const file = received.get(id);
      if (file === undefined) return false;
      received.delete(id);
      files.set(id, { id, title, createdAt: now(), ...file });
      return true;
    },
    find: (id) => files.get(id),
    isReady: (id) => (files.get(id)?.createdAt ?? Number.POSITIVE_INFINITY) + LOOKS_FOR <= now(),
    list: () => [...files.values()],
    remove(id) {
      files.delete(id);
    },
  };
}
