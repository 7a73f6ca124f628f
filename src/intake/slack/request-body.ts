import { z } from "zod";

const anObject = z.record(z.string(), z.unknown());

/** What Slack sent, decoded: JSON, a form, or a form with one field of JSON. null: none of these. */
export function decodeBody(
  body: Uint8Array,
  mediaType: string,
): Readonly<Record<string, unknown>> | null {
  const text = Buffer.from(body).toString("utf8");
  const [type = ""] = mediaType.toLowerCase().split(";");
  if (type.trim() !== "application/x-www-form-urlencoded") return parseObject(text);
  const form = Object.fromEntries(new URLSearchParams(text));
  return form.payload === undefined ? form : parseObject(form.payload);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    return anObject.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
