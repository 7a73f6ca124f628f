import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { NOW } from "./signed-request.ts";

export const ISSUER = "https://token.actions.githubusercontent.com";
export const AUDIENCE = "slipway.example";

interface IssuerKey {
  readonly kid: string;
  readonly alg: "ES256" | "RS256";
  readonly privateKey: KeyObject;
  readonly jwk: object;
}

function issuerKey(kid: string, alg: IssuerKey["alg"]): IssuerKey {
  const { privateKey, publicKey } =
    alg === "ES256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: "jwk" }), kid, alg } };
}

/** Keys of an issuer, by their id. */
export const KEYS: Readonly<Record<"key-1" | "key-2" | "key-rsa", IssuerKey>> = {
  "key-1": issuerKey("key-1", "ES256"),
  "key-2": issuerKey("key-2", "ES256"),
  "key-rsa": issuerKey("key-rsa", "RS256"),
};

export type KeyId = keyof typeof KEYS;

/** What GitHub says of the run of a workflow. */
export function githubClaims(given: object = {}): Readonly<Record<string, unknown>> {
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: "repo:acme/pymk:ref:refs/heads/main",
    jti: "6c2a0b0e-8b0e-4c8a-9d5b-7f4a1c2d3e4f",
    iat: NOW / 1000,
    nbf: NOW / 1000 - 300,
    exp: NOW / 1000 + 300,
    repository: "acme/pymk",
    sha: "3484a3fb816e0859fd6e1cea078d76385ff50625",
    ref: "refs/heads/main",
    ref_type: "branch",
    workflow: "Train",
    workflow_ref: "acme/pymk/.github/workflows/train.yml@refs/heads/main",
    run_id: "30433642",
    run_number: "562",
    run_attempt: "1",
    event_name: "schedule",
    actor: "Dana-Acme",
    ...given,
  };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token as an issuer signs it. Members of `header` replace what it would write. */
export function jobToken(
  claims: Readonly<Record<string, unknown>>,
  key: KeyId = "key-1",
  header: object = {},
): string {
  const { kid, alg, privateKey } = KEYS[key];
  const signed = `${encode({ typ: "JWT", alg, kid, ...header })}.${encode(claims)}`;
  const signature = sign(
    "sha256",
    Buffer.from(signed),
    alg === "ES256" ? { key: privateKey, dsaEncoding: "ieee-p1363" } : privateKey,
  );
  return `${signed}.${signature.toString("base64url")}`;
}

export interface FakeIssuer {
  readonly fetch: typeof fetch;
  /** The addresses that were asked for, in order. */
  readonly asked: string[];
  /** What is published from now on. */
  publish(...keys: readonly KeyId[]): void;
  /** Answers anything else from now on; null: nobody answers. */
  break(response: (() => Response) | null): void;
}

/** An issuer on no network at all. */
export function fakeIssuer(...keys: readonly KeyId[]): FakeIssuer {
  const asked: string[] = [];
  const published = (names: readonly KeyId[]) => () =>
    Response.json({ keys: names.map((name) => KEYS[name].jwk) });
  let respond: (() => Response) | null = published(keys);
  return {
    asked,
    async fetch(address) {
      asked.push(String(address));
      if (respond === null) throw new TypeError("fetch failed");
      return respond();
    },
    publish: (...names) => {
      respond = published(names);
    },
    break: (response) => {
      respond = response;
    },
  };
}
