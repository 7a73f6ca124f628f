import type { Json } from "../../../core/json.ts";
import type { HttpRequest } from "../../http-exchange.ts";
import type { Template, TemplateVariables } from "../../template.ts";
import { escapeForForm, escapeForHeader, escapeForJsonText, escapeForUrl } from "./escapes.ts";
import type { HttpRequestSettings, TemplateTree } from "./http-deployer-settings.ts";

/**
 * The request to send. Every value is escaped for where it stands, so that no version, name or parameter
 * can change the meaning of the text around it.
 * @throws AdapterError for a value that cannot stand where it should
 */
export function renderRequest(
  settings: HttpRequestSettings,
  variables: TemplateVariables,
): HttpRequest {
  const headers: Record<string, string> = {};
  for (const [name, template] of Object.entries(settings.headers)) {
    headers[name.toLowerCase()] = template.render(variables, escapeForHeader);
  }
  const { method, url, body } = settings;
  const address = url.render(variables, escapeForUrl);
  if (body === null) return { method, url: address, headers, body: null };
  const type = headers["content-type"] ?? "application/json";
  return {
    method,
    url: address,
    headers: { ...headers, "content-type": type },
    body: renderBody(body, variables, type),
  };
}

/** True when the request carries `{{key}}`: the other side can tell that it is sent a second time. */
export function carriesKey({ url, headers, body }: HttpRequestSettings): boolean {
  return [url, ...Object.values(headers), ...templatesIn(body)].some(({ source }) =>
    /\{\{\s*key\s*\}\}/.test(source),
  );
}

function renderBody(body: TemplateTree, variables: TemplateVariables, type: string): string {
  if (!isTemplate(body)) return JSON.stringify(fill(body, variables));
  if (/\bjson\b/i.test(type)) return body.render(variables, escapeForJsonText);
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return body.render(variables, escapeForForm);
  }
  return body.render(variables, (text) => text);
}

/** JSON.stringify escapes what the templates in the tree give. */
function fill(tree: TemplateTree, variables: TemplateVariables): Json {
  if (tree === null || typeof tree !== "object") return tree;
  if (isTemplate(tree)) return tree.render(variables, (text) => text);
  if (isList(tree)) return tree.map((member) => fill(member, variables));
  return Object.fromEntries(
    Object.entries(tree).map(([key, member]) => [key, fill(member, variables)]),
  );
}

function templatesIn(tree: TemplateTree): readonly Template[] {
  if (tree === null || typeof tree !== "object") return [];
  if (isTemplate(tree)) return [tree];
  return Object.values(tree).flatMap((member: TemplateTree) => templatesIn(member));
}

function isTemplate(tree: TemplateTree): tree is Template {
  return (
    tree !== null &&
    typeof tree === "object" &&
    "render" in tree &&
    typeof tree.render === "function"
  );
}

function isList(tree: TemplateTree): tree is readonly TemplateTree[] {
  return Array.isArray(tree);
}
