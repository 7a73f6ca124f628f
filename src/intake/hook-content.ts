import { type HookReply, refuse, unavailable } from "./answer.ts";
import { contentEncodingOf, decompress, mediaTypeOf } from "./content-type.ts";
import type { BodyRead } from "./read-body.ts";
import type { Decoded, RequestHeaders, SourceAdapter } from "./sources/source.ts";

/** What GitHub and GitLab may send, and what a compressed body may unfold to. */
export const HOOK_BODY_LIMIT = 25 * 1024 * 1024;

/** A POST to `/hooks/<source>`, or a GET or a PUT where its source takes one. A PUT is read as a POST. */
export interface HookRequest {
  readonly source: string;
  readonly method: "GET" | "POST";
  /** What stands behind the `?`, as it was sent. Never logged: it may hold a token. */
  readonly query: string;
  readonly headers: RequestHeaders;
  /** When its first byte came, on the monotonic clock. */
  readonly startedAt: number;
  /** At most `limit` bytes. Called at most once, and only when the body is wanted. */
  readBody(limit: number): Promise<BodyRead>;
}

interface Refused {
  readonly kind: "refused";
  readonly reply: HookReply;
}

export type SentContent =
  | {
      readonly kind: "sent";
      /** What a signature would cover. */
      readonly bytes: Buffer;
      /** Only for what has been verified. */
      decode(): Promise<{ readonly kind: "value"; readonly value: unknown } | Refused>;
    }
  | Refused;

/** The bytes of an event, and how they are to be read once they are believed. Rejects with SenderGone. */
export function readSent(
  request: HookRequest,
  adapter: SourceAdapter,
): Promise<SentContent> | SentContent {
  const { method, query } = request;
  if (method === "POST") return readPosted(request, adapter);
  const { readQuery } = adapter;
  if (readQuery === undefined) {
    return refused(refuse("method_not_allowed", "use POST", { headers: { allow: "POST" } }));
  }
  const decode = async () => contentOf("the query", readQuery(query));
  return { kind: "sent", bytes: Buffer.from(query), decode };
}

async function readPosted(request: HookRequest, adapter: SourceAdapter): Promise<SentContent> {
  const { headers, source } = request;
  const type = mediaTypeOf(headers);
  const decode = Object.hasOwn(adapter.mediaTypes, type) ? adapter.mediaTypes[type] : undefined;
  if (decode === undefined) {
    const accepted = Object.keys(adapter.mediaTypes).filter((accepts) => accepts !== "");
    const message = `source ${source} takes Content-Type: ${accepted.join(" or ")}`;
    const accept = accepted.join(", ");
    return refused(refuse("media_type_not_supported", message, { headers: { accept } }));
  }
  const encoding = contentEncodingOf(headers);
  if (encoding === null) {
    const message = "send the body as it is, or with Content-Encoding: gzip";
    const accepted = { "accept-encoding": "gzip, identity" };
    return refused(refuse("encoding_not_supported", message, { headers: accepted }));
  }

  const body = await request.readBody(HOOK_BODY_LIMIT);
  if (body.kind === "too-large") return refused(tooLarge());
  if (body.kind === "overloaded") {
    const message = "too many large bodies at once; nothing was recorded, send it again";
    return refused(unavailable("overloaded", message));
  }
  return {
    kind: "sent",
    bytes: body.bytes,
    async decode() {
      if (encoding === "identity") return contentOf("the body", decode(body.bytes));
      const plain = await decompress(body.bytes, HOOK_BODY_LIMIT);
      if (plain.kind === "too-large") return refused(tooLarge());
      return plain.kind === "plain"
        ? contentOf("the body", decode(plain.bytes))
        : refused(refuse("not_decodable", "the body is not gzip, as Content-Encoding says"));
    },
  };
}

function contentOf(what: string, decoded: Decoded) {
  return decoded.kind === "decoded"
    ? ({ kind: "value", value: decoded.value } as const)
    : refused(refuse("not_decodable", `${what} ${decoded.problem}`));
}

function refused(reply: HookReply): Refused {
  return { kind: "refused", reply };
}

function tooLarge(): HookReply {
  return refuse("body_too_large", `the body is larger than ${HOOK_BODY_LIMIT} bytes, the limit`);
}
