import { inflateSync } from "node:zlib";

/** The pixels of a picture. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** `#rrggbb` at a place; "clear" where nothing is drawn. */
  at(x: number, y: number): string;
  /** How many pixels have exactly this colour. */
  count(colour: string): number;
  /** The smallest and the largest place of this colour; null: there is none. */
  extent(colour: string): {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  } | null;
}

const SIGNATURE = "89504e470d0a1a0a";
const BYTES = 4;

/** Reads PNG as it is written with 8 bits of red, green, blue and alpha (RFC 2083). @throws Error else */
export function readPng(png: Uint8Array): Pixels {
  const file = Buffer.from(png);
  if (file.subarray(0, 8).toString("hex") !== SIGNATURE) throw new Error("this is no PNG");
  const chunks = chunksOf(file);
  const header = chunks.find(({ type }) => type === "IHDR")?.data ?? Buffer.alloc(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  if (header.readUInt8(8) !== 8 || header.readUInt8(9) !== 6 || header.readUInt8(12) !== 0) {
    throw new Error("not 8 bits of red, green, blue and alpha in rows");
  }
  const data = chunks.filter(({ type }) => type === "IDAT").map((chunk) => chunk.data);
  const pixels = unfiltered(inflateSync(Buffer.concat(data)), width * BYTES, height);
  const at = (x: number, y: number): string => {
    const start = (y * width + x) * BYTES;
    return pixels[start + 3] === 0
      ? "clear"
      : `#${pixels.subarray(start, start + 3).toString("hex")}`;
  };
  /** Calls back for each place of a colour. */
  const each = (colour: string, found: (x: number, y: number) => void): void => {
    const wanted = Buffer.from(`${colour.slice(1)}ff`, "hex").readUInt32BE(0);
    for (let index = 0; index < width * height; index += 1) {
      if (pixels.readUInt32BE(index * BYTES) === wanted) {
        found(index % width, Math.floor(index / width));
      }
    }
  };
  return {
    width,
    height,
    at,
    count: (colour) => {
      let count = 0;
      each(colour, () => {
        count += 1;
      });
      return count;
    },
    extent: (colour) => {
      const box = { left: width, right: -1, top: height, bottom: -1 };
      each(colour, (x, y) => {
        box.left = Math.min(box.left, x);
        box.right = Math.max(box.right, x);
        box.top = Math.min(box.top, y);
        box.bottom = Math.max(box.bottom, y);
      });
      return box.right === -1 ? null : box;
    },
  };
}

function chunksOf(file: Buffer): readonly { readonly type: string; readonly data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const type = file.toString("latin1", at + 4, at + 8);
    chunks.push({ type, data: file.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

/** Each row says how it was made smaller. */
function unfiltered(raw: Buffer, row: number, height: number): Buffer {
  const out = Buffer.alloc(row * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw.readUInt8(y * (row + 1));
    for (let x = 0; x < row; x += 1) {
      const value = raw.readUInt8(y * (row + 1) + 1 + x);
      const left = x < BYTES ? 0 : out.readUInt8(y * row + x - BYTES);
      const up = y === 0 ? 0 : out.readUInt8((y - 1) * row + x);
      const corner = x < BYTES || y === 0 ? 0 : out.readUInt8((y - 1) * row + x - BYTES);
      out.writeUInt8((value + predicted(filter, left, up, corner)) & 0xff, y * row + x);
    }
  }
  return out;
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return Math.floor((left + up) / 2);
    case 4:
      return paeth(left, up, corner);
    default:
      throw new Error(`there is no filter ${filter}`);
  }
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((one) => Math.abs(guess - one)) as [
    number,
    number,
    number,
  ];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
