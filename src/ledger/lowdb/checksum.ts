import { crc32 } from "node:zlib";

/** CRC-32 as eight hexadecimal digits: finds damage, not intent. */
export function checksum(content: string | Uint8Array): string {
  return crc32(content).toString(16).padStart(8, "0");
}
