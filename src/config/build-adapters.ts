import type {
  DeployerSettings,
  HttpDeployerSettings,
  RequestTemplate,
  SinkSettings,
  SourceSettings,
  StartRequest,
} from "./configuration.ts";
import type { ParsedConfiguration } from "./schema/configuration.ts";

type ParsedSource = ParsedConfiguration["sources"][string];
type ParsedDeployer = ParsedConfiguration["deployers"][string];
type ParsedHttp = Extract<ParsedDeployer, { type: "http" }>;

/** A record by name without a prototype: a name such as `constructor` finds nothing. */
export function record<P, T>(
  entries: Readonly<Record<string, P>>,
  build: (name: string, parsed: P) => T,
): Readonly<Record<string, T>> {
  const built: Record<string, T> = Object.create(null);
  for (const [name, parsed] of Object.entries(entries)) built[name] = build(name, parsed);
  return built;
}

/** The members that sources of several types have. */
interface CommonToSources {
  readonly type: string;
  readonly secret?: string | undefined;
  readonly secrets?: readonly string[] | undefined;
  readonly token?: string | undefined;
  readonly tokens?: readonly string[] | undefined;
  readonly repositories?: readonly string[] | undefined;
  readonly api?: { readonly url: string; readonly token?: string | undefined } | undefined;
}

export function buildSource(id: string, source: ParsedSource): SourceSettings {
  const common: CommonToSources = source;
  const { type, secret, secrets, token, tokens, repositories, api, ...options } = common;
  return {
    id,
    type,
    secrets: secrets ?? (secret === undefined ? [] : [secret]),
    tokens: tokens ?? (token === undefined ? [] : [token]),
    repositories: repositories ?? [],
    api: api === undefined ? null : { url: api.url.replace(/\/+$/, ""), token: api.token ?? null },
    options,
  };
}

export function buildSink(
  name: string,
  { url, secret, token, source }: ParsedConfiguration["sinks"][string],
): SinkSettings {
  return { name, url, secret: secret ?? null, token: token ?? null, source };
}

export function buildDeployer(name: string, deployer: ParsedDeployer): DeployerSettings {
  switch (deployer.type) {
    case "http":
      return buildHttp(name, deployer);
    case "command":
      return {
        ...deployer,
        name,
        observe: deployer.observe ?? null,
        rollback: deployer.rollback ?? null,
        stop: deployer.stop ?? null,
        workingFolder: deployer.workingFolder ?? null,
      };
    case "github-actions":
      return { ...deployer, name, inputs: deployer.inputs ?? null };
  }
}

function buildHttp(name: string, deployer: ParsedHttp): HttpDeployerSettings {
  const { start, observe, lookup, rollback, stop, shift } = deployer;
  return {
    name,
    type: "http",
    start: startRequest(start),
    observe: {
      ...request(observe),
      every: observe.every,
      timeout: observe.timeout,
      succeeded: observe.succeeded,
      failed: observe.failed,
      detail: observe.detail ?? null,
    },
    lookup: lookup === undefined ? null : { ...request(lookup), id: lookup.id },
    rollback: rollback === undefined ? null : startRequest(rollback),
    stop: stop === undefined ? null : request(stop),
    shift: shift === undefined ? null : request(shift),
  };
}

function request({ method, url, headers, body }: NonNullable<ParsedHttp["stop"]>): RequestTemplate {
  return { method, url, headers, body: body ?? null };
}

function startRequest(parsed: ParsedHttp["start"]): StartRequest {
  return { ...request(parsed), id: parsed.id ?? null };
}
