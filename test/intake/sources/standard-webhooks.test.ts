import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, it, vi } from "vitest";
import { verifyStandardWebhook } from "../../../src/intake/sources/standard-webhooks.ts";
import { fixtureBytes, fixtureJson } from "../../support/intake-fixture.ts";
import {
  NOW,
  OTHER_REPORT_SECRET,
  REPORT_SECRET,
  signedReport,
} from "../../support/signed-request.ts";

interface Vector {
  readonly system: string;
  readonly secret: string;
  readonly body_file: string;
  readonly headers: Readonly<Record<string, string>>;
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

const { vectors } = fixtureJson("signature-vectors.json") as {
  readonly vectors: readonly Vector[];
};

afterEach(() => vi.useRealTimers());

/** What the package says; it reads the clock of the process. */
function packageSays(
  { headers, body }: { readonly headers: Record<string, string>; readonly body: Buffer },
  secret: string,
  now: number,
): boolean {
  vi.useFakeTimers({ now, toFake: ["Date"] });
  try {
    new Webhook(secret).verify(body.toString(), headers, { jsonParse: false });
    return true;
  } catch {
    return false;
  } finally {
    vi.useRealTimers();
  }
}

function weSay(
  request: { readonly headers: Record<string, string>; readonly body: Buffer },
  secret: string,
  now: number,
): boolean {
  return verifyStandardWebhook(request, [secret], now).kind === "verified";
}

describe("a Standard Webhooks signature", () => {
  it("of the published vector holds", () => {
    const vector = vectors.find(({ system }) => system === "gitlab");
    if (vector === undefined) throw new Error("the vector is gone");
    const request = { headers: lowerCase(vector.headers), body: fixtureBytes(vector.body_file) };
    const at = Number(request.headers["webhook-timestamp"]) * 1000;
    expect(verifyStandardWebhook(request, [vector.secret], at)).toEqual({ kind: "verified" });
    expect(packageSays(request, vector.secret, at)).toBe(true);
  });

  it("holds exactly where the package says so, for any body and any time", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.integer({ min: -302, max: 302 }),
        fc.integer({ min: 0, max: 999 }),
        fc.constantFrom(REPORT_SECRET, OTHER_REPORT_SECRET),
        (text, seconds, milliseconds, secret) => {
          const now = NOW + milliseconds;
          const request = signedReport(text, { at: NOW + seconds * 1000, secret });
          expect(weSay(request, REPORT_SECRET, now)).toBe(packageSays(request, REPORT_SECRET, now));
        },
      ),
      { numRuns: 500 },
    );
  });

  const window: readonly (readonly [number, boolean])[] = [
    [-301, false],
    [-300, true],
    [0, true],
    [300, true],
    [301, false],
  ];
  for (const [seconds, holds] of window) {
    it(`made ${seconds} seconds from now ${holds ? "holds" : "does not hold"}`, () => {
      const request = signedReport({}, { at: NOW + seconds * 1000 });
      expect(weSay(request, REPORT_SECRET, NOW)).toBe(holds);
      expect(packageSays(request, REPORT_SECRET, NOW)).toBe(holds);
    });
  }

  it("holds among others, as a sender gives them while it rotates", () => {
    const request = signedReport({});
    const other = signedReport({}, { secret: OTHER_REPORT_SECRET }).headers["webhook-signature"];
    const own = request.headers["webhook-signature"];
    const both = { ...request.headers, "webhook-signature": `v1a,AAAA ${other} ${own}` };
    expect(weSay({ ...request, headers: both }, REPORT_SECRET, NOW)).toBe(true);
  });

  it("holds with a secret without its prefix", () => {
    expect(weSay(signedReport({}), REPORT_SECRET.replace("whsec_", ""), NOW)).toBe(true);
  });

  const signature = signedReport({}).headers["webhook-signature"] ?? "";
  const bad: readonly (readonly [string, Record<string, string>])[] = [
    ["of another version", { "webhook-signature": signature.replace("v1,", "v2,") }],
    ["without its version", { "webhook-signature": signature.replace("v1,", "") }],
    ["that is cut off", { "webhook-signature": signature.slice(0, -4) }],
    ["that is longer", { "webhook-signature": `${signature}AAAA` }],
    ["that is empty", { "webhook-signature": "v1," }],
    ["of another id", { "webhook-id": "msg_2" }],
    ["of another time", { "webhook-timestamp": String(NOW / 1000 + 1) }],
    ["with a time that is no number", { "webhook-timestamp": `${NOW / 1000}x` }],
    ["with a negative time", { "webhook-timestamp": "-5" }],
    ["with an id of two words", { "webhook-id": "msg 1" }],
    ["with an id without end", { "webhook-id": "m".repeat(201) }],
  ];
  for (const [name, headers] of bad) {
    it(`${name} does not hold`, () => {
      const request = signedReport({});
      const changed = { ...request, headers: { ...request.headers, ...headers } };
      expect(verifyStandardWebhook(changed, [REPORT_SECRET], NOW)).toMatchObject({
        kind: "refused",
        code: "signature_wrong",
      });
    });
  }

  it("is missed by the names of the headers that are not there", () => {
    const { headers, body } = signedReport({});
    const { "webhook-id": _id, ...rest } = headers;
    expect(verifyStandardWebhook({ headers: rest, body }, [REPORT_SECRET], NOW)).toEqual({
      kind: "refused",
      code: "signature_missing",
      message: "webhook-id missing: sign the request as Standard Webhooks says",
    });
  });

  it("does not hold for one changed byte", () => {
    const { headers, body } = signedReport({ version: "1" });
    for (let index = 0; index < body.length; index += 1) {
      const changed = Buffer.from(body);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(weSay({ headers, body: changed }, REPORT_SECRET, NOW)).toBe(false);
    }
  });
});

describe("a whsec_ secret", () => {
  it("that cannot be read lets nobody in", () => {
    expect(weSay(signedReport({}), "not base64!", NOW)).toBe(false);
  });
});
