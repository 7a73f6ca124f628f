import { createHmac } from "node:crypto";
import { fixtureBytes } from "../../test/support/intake-fixture.ts";
import type { SignedPost } from "../../test/support/signed-request.ts";
import { REPORT_SECRET } from "../world/configuration.ts";

/** What one delivery is of: another `n` is another build, or another alert. */
export interface Fact {
  /** Counted from 1. */
  readonly n: number;
  /** Whose it is. */
  readonly component: string;
  /** When it is sent, in milliseconds since 1970. */
  readonly at: number;
}

/** What one type of source is sent. */
export interface SourceDelivery {
  /** The entry of the configuration, without its `type`. */
  readonly source: Readonly<Record<string, unknown>>;
  /** What takes it: the intake rule of a component, or the alerts that its watch asks for. */
  readonly asks: {
    readonly kind: "rule" | "alerts";
    of(component: string): Readonly<Record<string, string>>;
  };
  /** Another fact each time, as the system itself sends it. */
  post(fact: Fact): SignedPost;
}

/** What every source signs with that signs. */
export const SECRET = REPORT_SECRET;
/** What every source sends that signs nothing. */
export const TOKEN = "5f0c6a1e9b7d4832a1";
/** What an entry of the configuration says of them. */
export const secret = { secret: SECRET };
export const token = { token: TOKEN };
/** Port 9 discards what it gets. */
export const api = { url: "http://127.0.0.1:9" };
export const SHA = "3484a3fb816e0859fd6e1cea078d76385ff50625";
export const DIGEST = "0b31b1c02ff458ad9b7b81cbdf8f028bd54699fa151f221d1e8de6817db93427";

/** Texts of a fixture, each with what stands there in the delivery of a fact. */
type Variations = Readonly<Record<string, (fact: Fact) => string>>;

/**
 * The bodies of a fixture in which these texts are others, wherever they stand; where one contains another,
 * the longer one counts. @throws when the fixture does not have them all
 */
export function varied(
  path: string,
  variations: Variations,
  send: (body: Buffer, fact: Fact) => SignedPost,
): SourceDelivery["post"] {
  const fixture = fixtureBytes(path).toString("utf8");
  const texts = Object.keys(variations).toSorted((a, b) => b.length - a.length);
  const missing = texts.filter((text) => !fixture.includes(text));
  if (missing.length > 0) throw new Error(`${path} does not have ${missing.join(", ")}`);
  const any = new RegExp(texts.map(escaped).join("|"), "g");
  return (fact) => {
    const text = fixture.replaceAll(any, (found) => variations[found]?.(fact) ?? found);
    return send(Buffer.from(text), fact);
  };
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Hexadecimal texts and UUIDs: the last digits of each count the facts. */
export function counted(...texts: readonly string[]): Variations {
  return Object.fromEntries(
    texts.map((text) => [text, ({ n }) => text.slice(0, -8) + n.toString(16).padStart(8, "0")]),
  );
}

/** Texts that say whose it is. */
export function named(...texts: readonly string[]): Variations {
  return Object.fromEntries(texts.map((text) => [text, ({ component }) => component]));
}

/** The versions of the fixtures. */
export const version: Variations = { "1.42.0": ({ n }) => `1.42.${n}` };
export const modelVersion: Variations = { '"17"': ({ n }) => `"${n}"` };

/** An intake rule that asks for this beside its source. */
export function asked(rule: SourceDelivery["asks"]["of"]): SourceDelivery["asks"] {
  return { kind: "rule", of: rule };
}

/** Sent with the token as it is. */
export function bearing(contentType: string | null = "application/json") {
  return (body: Buffer): SignedPost => {
    const type = contentType === null ? {} : { "content-type": contentType };
    return { body, headers: { ...type, authorization: `Bearer ${TOKEN}` } };
  };
}

/** Sent with the HMAC-SHA256 of the body in one header. */
export function withMac(header: string, encoding: "hex" | "base64", prefix = "") {
  return (body: Buffer): SignedPost => {
    const mac = createHmac("sha256", SECRET).update(body).digest(encoding);
    return { body, headers: { "content-type": "application/json", [header]: `${prefix}${mac}` } };
  };
}
