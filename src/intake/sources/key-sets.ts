import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from "jose";
import type { Clock } from "../../shared/clock.ts";

/** The keys of an issuer cannot be had now: nothing can be said of a token of its. */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
}

/** The public keys that issuers sign tokens with. */
export interface KeySets {
  /**
   * Finds the key that a token names among those that are published at an address. Kept for an hour; a key
   * that is not among them has them fetched again, once within half a minute at most. Several who ask at once
   * share one request.
   * @throws KeysUnavailable; JWKSNoMatchingKey when the issuer has no such key
   */
  at(url: string): JWTVerifyGetKey;
}

export interface KeySetOptions {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Milliseconds until keys that were fetched may be fetched anew for a key that is not among them. */
  readonly cooldown?: number;
}

const MAX_AGE = 3_600_000;
const COOLDOWN = 30_000;
/** Well within what a sender waits for an answer. */
const TIMEOUT = 3_000;
/** An issuer that did not answer is left alone for this long, whoever asks. */
const PAUSE = 2_000;

/** Adapters keep nothing, so what is fetched is kept here. */
export function createKeySets(options: KeySetOptions): KeySets {
  const sets = new Map<string, JWTVerifyGetKey>();
  return {
    at(url) {
      const known = sets.get(url) ?? keySet(url, options);
      sets.set(url, known);
      return known;
    },
  };
}

function keySet(url: string, { fetch, clock, cooldown = COOLDOWN }: KeySetOptions) {
  let failedAt = Number.NEGATIVE_INFINITY;
  const remote = createRemoteJWKSet(new URL(url), {
    cacheMaxAge: MAX_AGE,
    cooldownDuration: cooldown,
    timeoutDuration: TIMEOUT,
    async [customFetch](address, init) {
      if (clock.monotonic() - failedAt < PAUSE) throw new Error("it did not answer just now");
      const response = await fetch(address, init).catch((error: unknown) => {
        failedAt = clock.monotonic();
        throw error;
      });
      if (response.status !== 200) failedAt = clock.monotonic();
      return response;
    },
  });
  const getKey: JWTVerifyGetKey = async (header, token) => {
    try {
      return await remote(header, token);
    } catch (error) {
      if (isAboutTheToken(error)) throw error;
      throw new KeysUnavailable(`the keys at ${url} cannot be fetched`, { cause: error });
    }
  };
  return getKey;
}

function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys
  );
}
