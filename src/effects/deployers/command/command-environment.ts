import type { Template, TemplateVariables } from "../../template.ts";

/** What commands need to run at all. Everything else, tokens above all, stays with the process. */
const INHERITED = [
  "PATH",
  "HOME",
  "USER",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "TZ",
  "TMPDIR",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
];

export function commandEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  configured: Readonly<Record<string, Template>>,
  variables: TemplateVariables,
): Readonly<Record<string, string>> {
  const environment: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = own[name];
    if (value !== undefined) environment[name] = value;
  }
  for (const [name, template] of Object.entries(configured)) {
    environment[name] = template.render(variables, (text) => text);
  }
  return environment;
}
