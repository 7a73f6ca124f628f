/** Each as `<JSON pointer>: <what is wrong>`. */
export type Problems = readonly string[];

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text that must be there and have 1 to `most` UTF-16 code units. */
export function tooLong(path: string, text: unknown, most: number): Problems {
  if (typeof text !== "string") return [`${path}: not a text`];
  if (text.length === 0) return [`${path}: empty`];
  if (text.length > most) return [`${path}: ${text.length} characters, at most ${most}`];
  return /\p{Cs}/u.test(text) ? [`${path}: half a surrogate pair`] : [];
}

/** Members that the object may have besides `type`; an unknown one is a misspelt one. */
export function unknownMembers(
  path: string,
  value: JsonObject,
  known: readonly string[],
): Problems {
  return Object.keys(value)
    .filter((key) => key !== "type" && !known.includes(key))
    .map((key) => `${path}/${key}: unknown`);
}

/** A text object: `{ type: "plain_text" | "mrkdwn", text }`. */
export function textObject(
  path: string,
  value: unknown,
  most: number,
  kinds: readonly ("plain_text" | "mrkdwn")[],
): Problems {
  if (!isObject(value)) return [`${path}: not a text object`];
  const { type, text, emoji, verbatim } = value;
  if (!kinds.some((kind) => kind === type))
    return [`${path}: ${String(type)}, not ${kinds.join(" or ")}`];
  return [
    ...tooLong(`${path}/text`, text, most),
    ...unknownMembers(path, value, type === "mrkdwn" ? ["text", "verbatim"] : ["text", "emoji"]),
    ...notBoolean(`${path}/emoji`, emoji),
    ...notBoolean(`${path}/verbatim`, verbatim),
    ...(type === "mrkdwn" && typeof text === "string" ? strayAngle(path, text) : []),
  ];
}

/** `<` begins a mention, a link or a date; anything else there was not escaped. */
function strayAngle(path: string, text: string): Problems {
  const left = text.replace(/<(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+|![a-z]+\^[^<>]+|https?:[^<>]+)>/g, "");
  return /[<>]/.test(left.replace(/^> /gm, "")) ? [`${path}/text: an unescaped angle bracket`] : [];
}

function notBoolean(path: string, value: unknown): Problems {
  return value === undefined || typeof value === "boolean" ? [] : [`${path}: not true or false`];
}
