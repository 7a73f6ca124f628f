import { inUrl } from "./escape.ts";
import { type ParsedTemplate, parseTemplate, type TemplateValues } from "./template.ts";

/** An address with variables after its host: who is asked is never decided by a value. */
export interface UrlTemplate {
  readonly source: string;
  readonly variables: readonly string[];
  /** @throws Error when a value would leave the path that was configured, e.g. a version `..` */
  render(values: TemplateValues): string;
}

const ORIGIN = /^https?:\/\/([^/?#\s]+)(?=[/?#]|$)/i;

export function parseUrlTemplate(
  source: string,
  allowed: readonly string[],
): ParsedTemplate<UrlTemplate> {
  const parsed = parseTemplate(source, allowed);
  if (parsed.kind === "problem") return parsed;
  const [, host = ""] = ORIGIN.exec(source) ?? [];
  if (host === "" || !URL.canParse(source)) {
    return problem("not an address; write it whole, e.g. https://deploy.example/deploys");
  }
  if (host.includes("{{")) return problem("the host must be written out, without variables");
  if (host.includes("@")) return problem("a password does not belong here; use headers");
  const { template } = parsed;
  return {
    kind: "template",
    template: {
      source,
      variables: template.variables,
      render: (values) => withoutDots(template.render(values, inUrl)),
    },
  };
}

function problem(message: string): ParsedTemplate<never> {
  return { kind: "problem", message, offset: 0 };
}

/** `..` survives percent-encoding and would be taken for "one folder up". */
function withoutDots(url: string): string {
  const path = url.replace(ORIGIN, "").split(/[?#]/)[0] ?? "";
  if (path.split("/").some((segment) => segment === "." || segment === "..")) {
    throw new Error("a value is . or .., which cannot stand in the path of an address");
  }
  return url;
}
