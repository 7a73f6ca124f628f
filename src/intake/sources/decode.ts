import type { Decoded } from "./source.ts";

/** `fatal` keeps two different bodies from decoding to the same text; a byte-order mark is dropped. */
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** A JSON text in UTF-8. */
export function decodeJson(bytes: Buffer): Decoded {
  const text = decodeUtf8(bytes);
  return text === null ? NOT_UTF8 : parseJson(text, "");
}

/** As `decodeJson`, of bytes that are read as Latin-1 where they are not UTF-8: some senders know no other. */
export function decodeLatinJson(bytes: Buffer): Decoded {
  return parseJson(decodeUtf8(bytes) ?? bytes.toString("latin1"), "");
}

/** As `decodeJson`, where a sender encodes twice: a JSON text that holds a JSON text. */
export function decodeNestedJson(bytes: Buffer): Decoded {
  const outer = decodeJson(bytes);
  return outer.kind === "decoded" && typeof outer.value === "string"
    ? parseJson(outer.value, " in the JSON string")
    : outer;
}

/** A form with one field `payload` that holds a JSON text. */
export function decodeFormPayload(bytes: Buffer): Decoded {
  const text = decodeUtf8(bytes);
  if (text === null) return NOT_UTF8;
  const [payload, ...others] = new URLSearchParams(text).getAll("payload");
  if (payload === undefined || others.length > 0) {
    return undecodable("is a form, so it must have exactly one field named payload");
  }
  return parseJson(payload, " in the form field payload");
}

const NOT_UTF8 = undecodable("is not UTF-8");

function undecodable(problem: string): Decoded {
  return { kind: "undecodable", problem };
}

function decodeUtf8(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** The parser's own message is not passed on: it quotes the body. */
function parseJson(text: string, where: string): Decoded {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const hint = /\b(?:NaN|Infinity)\b/.test(text)
      ? ": NaN and Infinity are not JSON, leave such a value out"
      : "";
    return undecodable(`is not JSON${where}${hint}`);
  }
  if (isTooDeep(text)) return undecodable(`is nested more than ${DEEPEST} levels deep${where}`);
  // Assigning such a key to an object would replace its prototype, so schemas pass over it in silence.
  const mayHaveIt = text.includes("__proto__") || text.includes("\\u005");
  if (mayHaveIt && hasProtoKey(text)) {
    return undecodable(`has a key named __proto__${where}, which is refused`);
  }
  return { kind: "decoded", value };
}

function hasProtoKey(text: string): boolean {
  let found = false;
  JSON.parse(text, (key, value: unknown) => {
    if (key === "__proto__") found = true;
    return value;
  });
  return found;
}

/** Deeper than anything that a system sends, and far from where walking a value overflows the stack. */
const DEEPEST = 100;

/** Of a text that is JSON. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (inString) {
      if (character === BACKSLASH) index += 1;
      else if (character === QUOTE) inString = false;
    } else if (character === QUOTE) inString = true;
    else if (character === OPEN_BRACKET || character === OPEN_BRACE) {
      depth += 1;
      if (depth > DEEPEST) return true;
    } else if (character === CLOSE_BRACKET || character === CLOSE_BRACE) depth -= 1;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
