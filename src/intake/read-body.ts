import type { IncomingMessage } from "node:http";
import type { ByteLease } from "./byte-budget.ts";

export type BodyRead =
  | { readonly kind: "read"; readonly bytes: Buffer }
  | { readonly kind: "too-large" }
  /** Too many bodies are being read at once. */
  | { readonly kind: "overloaded" };

/** The sender hung up, or was too slow, before the whole body had come: there is nobody to answer. */
export class SenderGone extends Error {
  override readonly name = "SenderGone";
}

export interface BodyRequest {
  readonly request: IncomingMessage;
  readonly limit: number;
  readonly lease: ByteLease;
  /** Called when the body is wanted: not for one that says beforehand that it is too large. */
  readonly begin: () => void;
}

/**
 * Reads a body of at most `limit` bytes. What is too large is not kept: not when Content-Length says so,
 * and not from the byte on at which it shows. The rest is left to flow away, so that the sender, who may
 * still be writing, gets to read the answer.
 * @throws SenderGone
 */
export function readBody({ request, limit, lease, begin }: BodyRequest): Promise<BodyRead> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;

    const finish = (result: BodyRead) => {
      request.off("data", onData).off("end", onEnd).off("close", onClose);
      request.resume();
      resolve(result);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) return finish({ kind: "too-large" });
      if (!lease.take(chunk.length)) return finish({ kind: "overloaded" });
      chunks.push(chunk);
    };
    const onEnd = () => {
      const [only, ...others] = chunks;
      const bytes = only && others.length === 0 ? only : Buffer.concat(chunks, size);
      finish({ kind: "read", bytes });
    };
    const onClose = () => reject(new SenderGone("the sender closed the connection"));

    // Without a listener an error on a connection that is cut would be thrown at the process.
    request.on("error", () => undefined);
    if (request.destroyed) return onClose();
    if (Number(request.headers["content-length"] ?? 0) > limit) {
      return finish({ kind: "too-large" });
    }
    begin();
    request.on("data", onData).on("end", onEnd).on("close", onClose);
  });
}
