import { checksum } from "./checksum.ts";

/** One line of the journal, without what it says. */
export interface JournalLine {
  /** Rises by one with each line, over all segments. */
  readonly number: number;
  /**
   * The number of the first line that was written together with this one. A later batch is written only
   * when the one before it is on the disk: so a line that cannot be read, and is followed by lines of its
   * own batch at most, was being written when the power went, and nobody was told that it was there.
   */
  readonly batch: number;
  readonly payload: string;
}

/** `<crc32> <number> <batch> <payload>`, and a line feed; the payload holds none. */
export function encodeLine({ number, batch, payload }: JournalLine): string {
  const content = `${number} ${batch} ${payload}`;
  return `${checksum(content)} ${content}\n`;
}

/** null: these bytes, without the line feed, are not a line as it was written. */
export function decodeLine(bytes: Buffer): JournalLine | null {
  if (bytes.length <= CHECKSUM_LENGTH) return null;
  const content = bytes.subarray(CHECKSUM_LENGTH + 1);
  if (bytes.toString("latin1", 0, CHECKSUM_LENGTH + 1) !== `${checksum(content)} `) return null;
  const first = content.indexOf(SPACE);
  const second = content.indexOf(SPACE, first + 1);
  if (first === -1 || second === -1) return null;
  return {
    number: Number(content.toString("latin1", 0, first)),
    batch: Number(content.toString("latin1", first + 1, second)),
    payload: content.toString("utf8", second + 1),
  };
}

const CHECKSUM_LENGTH = 8;
const SPACE = 0x20;
