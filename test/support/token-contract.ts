import { SOURCE_ADAPTERS } from "../../src/intake/sources/registry.ts";
import type { ParsedEvent } from "../../src/intake/sources/source.ts";
import { type SourceContract, sourceContract } from "../contracts/source-contract.ts";
import { NOW, type SignedPost } from "./signed-request.ts";
import { sourceSettings } from "./source-settings.ts";

export const TOKEN = "0f6f1f1c8a1d4b5e9a7c";

/** A body as a system posts it that signs nothing and sends a token. */
export function withToken(body: Buffer, token: string, contentType: string | null): SignedPost {
  const type = contentType === null ? {} : { "content-type": contentType };
  return { body, headers: { ...type, authorization: `Bearer ${token}` } };
}

/** The contract of a source whose requests carry a token, and no id outside their bodies. */
export function tokenContract(
  contract: Pick<SourceContract, "type" | "rule" | "good" | "again" | "foreign" | "fixtures"> & {
    readonly contentType?: string | null;
  },
): void {
  const { type, contentType = "application/json", ...rest } = contract;
  const settings = sourceSettings({ id: type, type, tokens: [TOKEN] });
  sourceContract({
    type,
    settings,
    credential: TOKEN,
    nextCredential: "4c1e7d2b9f3a4e6d8b5a",
    rotate: (tokens) => ({ ...settings, tokens }),
    sign: (body, { credential }) => withToken(body, credential, contentType),
    unsigned: ({ headers: { authorization: _, ...headers }, body }) => ({ headers, body }),
    signsTime: false,
    repository: "acme/fraud-training",
    ...rest,
  });
}

/** The one event that a source makes of a body. */
export function eventOf(
  type: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ParsedEvent {
  const parsed = SOURCE_ADAPTERS[type]?.parse({ source: type, headers, body }, NOW);
  const [event, ...others] = parsed?.kind === "delivery" ? parsed.events : [];
  if (event === undefined || others.length > 0) throw new Error(JSON.stringify(parsed));
  return event;
}

/** The key of the delivery that a source makes of a body. */
export function deliveryOf(type: string, body: unknown): string | null {
  const parsed = SOURCE_ADAPTERS[type]?.parse({ source: type, headers: {}, body }, NOW);
  return parsed?.delivery ?? null;
}

/** Why a source refuses a body. */
export function problemOf(type: string, body: unknown): string {
  const parsed = SOURCE_ADAPTERS[type]?.parse({ source: type, headers: {}, body }, NOW);
  if (parsed?.kind !== "malformed") throw new Error(JSON.stringify(parsed));
  return parsed.message;
}

export function bytesOf(body: unknown): Buffer {
  return Buffer.from(JSON.stringify(body));
}
