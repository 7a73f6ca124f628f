/**
 * What the embedded ledger needs of a file system. What it relies on: a synced file keeps its content over
 * a power cut, a synced directory its entries, and nothing else does. Errors are those of Node, with
 * their `code`.
 */
export interface FileSystem {
  /** Blocks: for the start only. Names in a directory, in no order; none where there is no directory. */
  list(directory: string): readonly string[];
  /** Blocks: for the start only. Null where there is no such file. */
  readFile(path: string): Buffer | null;
  /**
   * Blocks: for the start only. As much of the beginning as `into` holds: what was read is a part of that.
   * Null where there is no such file.
   */
  readStart(path: string, into: Buffer): Buffer | null;
  /** Blocks: for the start only. Makes the directory and those above it, and makes them durable. */
  makeDirectory(path: string): void;
  open(path: string, mode: OpenMode): Promise<OpenFile>;
  /** Replaces what is at `to`; durable when its directory has been synced. */
  rename(from: string, to: string): Promise<void>;
  /** No error where there is no such file; durable when its directory has been synced. */
  remove(path: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
}

/** `new`: it must not exist. `replace`: whatever it held is gone. `write`: it goes on being written. */
export type OpenMode = "read" | "new" | "replace" | "write";

export interface OpenFile {
  /** Resolves when all of it is written, durable or not; rejects when any of it is not. */
  write(data: Uint8Array, position: number): Promise<void>;
  /** Fewer bytes than asked for only where the file ends. */
  read(length: number, position: number): Promise<Buffer>;
  size(): Promise<number>;
  truncate(length: number): Promise<void>;
  /** fdatasync: the content, and what is needed to read it. After a failure nothing is known. */
  syncData(): Promise<void>;
  /** fsync. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The disk or a quota is full: nothing is broken, and there may be space later. */
export function isOutOfSpace(error: unknown): boolean {
  const code = errorCode(error);
  return code === "ENOSPC" || code === "EDQUOT";
}

export function errorCode(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" ? code : null;
}

/** Makes the file at `path` be this, or leaves it as it was; durable when its directory has been synced. */
export async function replaceFile(
  files: FileSystem,
  path: string,
  parts: Iterable<Uint8Array>,
): Promise<void> {
  const temporary = `${path}${TEMPORARY}`;
  const file = await files.open(temporary, "replace");
  try {
    let position = 0;
    for (const part of parts) {
      await file.write(part, position);
      position += part.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(temporary, path);
}

/** The ending of a file that is being written; one that is found at the start is half written. */
export const TEMPORARY = ".tmp";
