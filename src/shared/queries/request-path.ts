import { type ParsedQuery, parseQueryTemplate } from "./query-template.ts";

/** What the source puts into each request: the ends of the window and the length of a step. */
const FILLED_LATER = [
  "from",
  "to",
  "step",
  "from_seconds",
  "to_seconds",
  "step_seconds",
  "from_iso",
  "to_iso",
] as const;

type FilledLater = (typeof FILLED_LATER)[number];

/**
 * Reads a template of what follows the address of an `http` source: a path, a query or both. Values are
 * percent-encoded.
 */
export function parseRequestPath(source: string): ParsedQuery {
  if (!/^[/?]/.test(source) || source.startsWith("//")) {
    const message = "must begin with / or ?: it follows the url of the source";
    return { kind: "problem", message, offset: 0 };
  }
  if (source.includes("#")) {
    const message = "must not have a #: nothing behind it is sent";
    return { kind: "problem", message, offset: source.indexOf("#") };
  }
  return parseQueryTemplate(
    source,
    { read: () => {}, place: () => ({ kind: "place", write: encoded }) },
    FILLED_LATER,
  );
}

/** A rendered path with what the source puts in. Values have no braces: those are percent-encoded. */
export function fillRequestPath(
  rendered: string,
  values: { readonly [N in FilledLater]: string },
): string {
  return FILLED_LATER.reduce(
    (path, name) => path.replaceAll(`{{${name}}}`, encoded(values[name])),
    rendered,
  );
}

/** True: it asks for a range, and not for the present. */
export function asksForRange(rendered: string): boolean {
  return /\{\{from(?:_seconds|_iso)?\}\}/.test(rendered);
}

/** @throws Error for `.` and `..`, which are steps through the path however they are encoded */
function encoded(value: string): string {
  if (/^\.{1,2}$/.test(value)) throw new Error(`"${value}" cannot stand in an address`);
  // Halves of surrogate pairs have no encoding.
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, "\ufffd"));
}
