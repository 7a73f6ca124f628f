import { type CryptoKey, errors } from "jose";
import { describe, expect, it } from "vitest";
import { createKeySets, KeysUnavailable } from "../../../src/intake/sources/key-sets.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { fakeIssuer, type KeyId } from "../../support/job-tokens.ts";
import { NOW } from "../../support/signed-request.ts";

const URL = "https://issuer.example/.well-known/jwks";

function keysOf(issuer = fakeIssuer("key-1"), cooldown?: number) {
  const clock = createFakeClock(NOW);
  const options = cooldown === undefined ? {} : { cooldown };
  const keySets = createKeySets({ fetch: issuer.fetch, clock, ...options });
  const find = async (kid: KeyId): Promise<CryptoKey> =>
    (await keySets.at(URL)({ alg: "ES256", kid }, { payload: "", signature: "" })) as CryptoKey;
  return { issuer, clock, find };
}

describe("the keys of an issuer", () => {
  it("are fetched once, however many ask for them, and at once", async () => {
    const { issuer, find } = keysOf();
    await Promise.all([find("key-1"), find("key-1"), find("key-1")]);
    await find("key-1");
    expect(issuer.asked).toEqual([URL]);
  });

  it("are not fetched again and again for a key that is not there", async () => {
    const { issuer, find } = keysOf();
    await find("key-1");
    for (let asks = 0; asks < 5; asks += 1) {
      await expect(find("key-2")).rejects.toThrow(errors.JWKSNoMatchingKey);
    }
    expect(issuer.asked).toEqual([URL]);
  });

  it("are fetched again for a key that was published since", async () => {
    const { issuer, find } = keysOf(fakeIssuer("key-1"), 0);
    await find("key-1");
    issuer.publish("key-1", "key-2");
    expect((await find("key-2")).type).toBe("public");
    expect(issuer.asked).toEqual([URL, URL]);
  });

  const failures: readonly (readonly [string, (() => Response) | null])[] = [
    ["nobody answers", null],
    ["the issuer fails", () => new Response("", { status: 500 })],
    ["the issuer sends elsewhere", () => Response.redirect("https://evil.example/", 302)],
    ["what comes is no JSON", () => new Response("<html>")],
    ["what comes is no set of keys", () => Response.json({ keys: "none" })],
  ];
  for (const [name, response] of failures) {
    it(`cannot be had when ${name}`, async () => {
      const { issuer, find } = keysOf();
      issuer.break(response);
      await expect(find("key-1")).rejects.toThrow(KeysUnavailable);
    });
  }

  it("leave an issuer in peace that did not answer just now, and are there when it is back", async () => {
    const { issuer, clock, find } = keysOf();
    issuer.break(null);
    for (let asks = 0; asks < 5; asks += 1) {
      await expect(find("key-1")).rejects.toThrow(KeysUnavailable);
    }
    expect(issuer.asked).toEqual([URL]);
    issuer.publish("key-1");
    await clock.advance(2_000);
    expect((await find("key-1")).type).toBe("public");
    expect(issuer.asked).toEqual([URL, URL]);
  });

  it("that are there still serve while the issuer is away", async () => {
    const { issuer, find } = keysOf(fakeIssuer("key-1"), 0);
    await find("key-1");
    issuer.break(null);
    await expect(find("key-2")).rejects.toThrow(KeysUnavailable);
    expect((await find("key-1")).type).toBe("public");
  });
});
