import { type ParsedTemplate, parseTemplate } from "./template.ts";

const ORIGIN = /^https?:\/\/([^/?#\s]+)(?=[/?#]|$)/i;

/** An address with variables after its host only: who is asked is never decided by a value. */
export function parseUrlTemplate(source: string, allowed: readonly string[]): ParsedTemplate {
  const parsed = parseTemplate(source, allowed);
  if (parsed.kind === "problem") return parsed;
  const [, host = ""] = ORIGIN.exec(source) ?? [];
  if (host.includes("{{")) return problem("the host must be written out, without variables");
  if (host.includes("@")) return problem("a password does not belong here; use headers");
  if (host === "" || !URL.canParse(source)) {
    return problem("not an address; write it whole, e.g. https://deploy.example/deploys");
  }
  return parsed;
}

function problem(message: string): ParsedTemplate {
  return { kind: "problem", message, offset: 0 };
}
