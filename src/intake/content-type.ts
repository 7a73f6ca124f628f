import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { RequestHeaders } from "./sources/source.ts";

const inflate = promisify(gunzip);

/** The media type without its parameters, in lower case; empty where there is no Content-Type. */
export function mediaTypeOf(headers: RequestHeaders): string {
  return (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** null: a coding that is not understood. */
export function contentEncodingOf(headers: RequestHeaders): "identity" | "gzip" | null {
  switch ((headers["content-encoding"] ?? "").trim().toLowerCase()) {
    case "":
    case "identity":
      return "identity";
    case "gzip":
    case "x-gzip":
      return "gzip";
    default:
      return null;
  }
}

export type Decompressed =
  | { readonly kind: "plain"; readonly bytes: Buffer }
  | { readonly kind: "too-large" }
  | { readonly kind: "damaged" };

/** Stops as soon as more than `limit` bytes come out, however small the input was. */
export async function decompress(bytes: Buffer, limit: number): Promise<Decompressed> {
  try {
    return { kind: "plain", bytes: await inflate(bytes, { maxOutputLength: limit }) };
  } catch (error) {
    const tooLarge =
      error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    return { kind: tooLarge ? "too-large" : "damaged" };
  }
}
