import { createHash } from "node:crypto";
import { z } from "zod";
import type { HttpAnswer } from "../http-exchange.ts";
import type { LookupRequest } from "./lookup-reader.ts";

/** What a registry answered for one manifest or blob. */
export type Fetched =
  /** `digest` is computed from the bytes, whatever the registry says. */
  | { readonly kind: "found"; readonly value: unknown; readonly digest: string }
  | { readonly kind: "refused"; readonly why: string };

export interface RegistryClient {
  /** `reference` is a tag or a digest. What a digest asks for must have it. */
  manifest(repository: string, reference: string): Promise<Fetched>;
  /** A JSON document among the blobs. */
  blob(repository: string, digest: string): Promise<Fetched>;
}

const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

const MOST_REDIRECTS = 3;

const tokenAnswer = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/**
 * Reads from an OCI registry as its specification says: the token that its challenge sends one for, and the
 * storage that it redirects blobs to, which gets no credentials and is believed for its digest alone. Rejects
 * with AdapterError, retryable, while it may yet answer.
 */
export function createRegistryClient({
  url,
  token,
  send,
}: Pick<LookupRequest, "url" | "token" | "send">): RegistryClient {
  const registry = new URL(url);
  /** By repository: what its challenge was answered with. */
  const bearers = new Map<string, string>();

  function get(address: URL, headers: Readonly<Record<string, string>>): Promise<HttpAnswer> {
    return send({ method: "GET", url: address.href, headers, body: null });
  }

  async function ask(repository: string, path: string, accept: string): Promise<HttpAnswer> {
    const address = new URL(`${url}/v2/${repository}/${path}`);
    const known = bearers.get(repository) ?? configured(token);
    const answer = await get(address, { accept, ...authorization(known) });
    const challenge = answer.status === 401 ? readChallenge(answer) : null;
    if (challenge === null || bearers.has(repository)) return answer;
    const bearer = await fetchToken(challenge, repository);
    if (bearer === null) return answer;
    bearers.set(repository, `Bearer ${bearer}`);
    return get(address, { accept, ...authorization(`Bearer ${bearer}`) });
  }

  async function fetchToken(challenge: Challenge, repository: string): Promise<string | null> {
    const realm = URL.canParse(challenge.realm) ? new URL(challenge.realm) : null;
    // A password goes to the registry's own host, or over TLS to whom it names.
    const safe = realm?.protocol === "https:" || realm?.host === registry.host;
    if (realm === null || !safe) return null;
    if (challenge.service !== null) realm.searchParams.set("service", challenge.service);
    realm.searchParams.set("scope", `repository:${repository}:pull`);
    const password = token?.includes(":") ? configured(token) : null;
    const answer = await get(realm, { accept: "application/json", ...authorization(password) });
    if (answer.status !== 200) return null;
    const parsed = tokenAnswer.safeParse(parseJson(answer.text));
    return parsed.success ? (parsed.data.token ?? parsed.data.access_token ?? null) : null;
  }

  async function followed(answer: HttpAnswer): Promise<HttpAnswer> {
    let present = answer;
    let from: URL = registry;
    for (let redirects = 0; redirects < MOST_REDIRECTS; redirects += 1) {
      const location = present.headers.location ?? "";
      if (present.status < 301 || present.status > 308 || !URL.canParse(location, from.href)) break;
      const to = new URL(location, from);
      if (to.protocol !== "https:" && to.protocol !== registry.protocol) break;
      present = await get(to, { accept: "*/*" });
      from = to;
    }
    return present;
  }

  function read({ status, text }: HttpAnswer, what: string, wanted: string | null): Fetched {
    const { host } = registry;
    if (status === 401 || status === 403) {
      return refused(
        token === null
          ? `${host} wants a password: set api.token of its source`
          : `${host} answered ${status}: api.token of its source may not read it`,
      );
    }
    if (status === 404) return refused(`${host} does not have ${what}`);
    if (status !== 200) return refused(`${host} answered ${status} for ${what}`);
    const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
    if (wanted !== null && wanted !== digest) {
      return refused(`${host} answered with other bytes than ${what}`);
    }
    const value = parseJson(text);
    return value === undefined
      ? refused(`${host} answered with no JSON for ${what}: is api.url the address of a registry?`)
      : { kind: "found", value, digest };
  }

  return {
    manifest: async (repository, reference) => {
      const answer = await ask(repository, `manifests/${reference}`, MANIFESTS);
      const wanted = reference.startsWith("sha256:") ? reference : null;
      return read(answer, `the manifest ${reference} of ${repository}`, wanted);
    },
    blob: async (repository, digest) => {
      const answer = await ask(repository, `blobs/${digest}`, "*/*");
      return read(await followed(answer), `the blob ${digest} of ${repository}`, digest);
    },
  };
}

/** What is configured, as the header that it stands for. */
function configured(token: string | null): string | null {
  if (token === null) return null;
  return token.includes(":") ? `Basic ${Buffer.from(token).toString("base64")}` : `Bearer ${token}`;
}

function authorization(value: string | null): Readonly<Record<string, string>> {
  return value === null ? {} : { authorization: value };
}

interface Challenge {
  readonly realm: string;
  readonly service: string | null;
}

/** `Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="…"` */
function readChallenge({ headers }: HttpAnswer): Challenge | null {
  const header = headers["www-authenticate"] ?? "";
  if (!/^bearer /i.test(header)) return null;
  const parameter = (name: string): string | null =>
    new RegExp(`[ ,]${name}="([^"]*)"`, "i").exec(header)?.[1] ?? null;
  const realm = parameter("realm");
  return realm === null ? null : { realm, service: parameter("service") };
}

function refused(why: string): Fetched {
  return { kind: "refused", why };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
