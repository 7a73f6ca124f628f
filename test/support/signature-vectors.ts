import { fixtureBytes, fixtureJson } from "./intake-fixture.ts";

interface Vector {
  readonly system: string;
  readonly secret: string;
  readonly body?: string;
  readonly body_file?: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SignatureVector {
  readonly secret: string;
  readonly body: Buffer;
  /** Names in lower case, as Node gives them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The published or recomputed signatures of a system, by its name in the fixture. */
export function signatureVectors(system: string): readonly SignatureVector[] {
  const { vectors } = fixtureJson("signature-vectors.json") as {
    readonly vectors: readonly Vector[];
  };
  return vectors
    .filter((vector) => vector.system === system)
    .map(({ secret, body, body_file: file, headers }) => ({
      secret,
      body: file === undefined ? Buffer.from(body ?? "") : fixtureBytes(file),
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      ),
    }));
}
