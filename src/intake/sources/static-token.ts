import { sameText } from "./constant-time.ts";
import type { RequestHeaders, SignedRequest, Verification } from "./source.ts";

/** Where a request carries its token. */
export type TokenPlace =
  /** `Authorization: Bearer <token>`, or `Basic` with the token as its password, whoever the user is. */
  | { readonly kind: "authorization" }
  /** The value of a header, whole. `name` in lower case. */
  | { readonly kind: "header"; readonly name: string }
  /** A parameter of the address, for senders that can be told nothing but an address. */
  | { readonly kind: "parameter"; readonly name: string };

export const AUTHORIZATION: TokenPlace = { kind: "authorization" };

/**
 * For systems that sign nothing: the request must carry one of the tokens. This proves who sent it, not that
 * it was sent once: a repetition is known by the key of its delivery alone.
 */
export function verifyToken(
  request: Pick<SignedRequest, "headers" | "parameters">,
  tokens: readonly string[],
  place: TokenPlace = AUTHORIZATION,
): Verification {
  const { offered, where, hint } = look(request, place);
  if (offered === "") {
    const message = `${where} is missing: send the token of this source${hint}`;
    return { kind: "refused", code: "signature_missing", message };
  }
  // Every token is looked at, so that the time does not tell which one it was.
  const matches = tokens.filter((token) => token !== "" && sameText(token, offered));
  return matches.length > 0
    ? { kind: "verified" }
    : {
        kind: "refused",
        code: "signature_wrong",
        message: `${where} does not hold the token of this source`,
      };
}

interface Offered {
  /** Empty where there is none. */
  readonly offered: string;
  readonly where: string;
  readonly hint: string;
}

function look(
  { headers, parameters }: Pick<SignedRequest, "headers" | "parameters">,
  place: TokenPlace,
): Offered {
  switch (place.kind) {
    case "authorization":
      return { offered: offeredBy(headers), where: "Authorization", hint: " as Bearer <token>" };
    case "header":
      return { offered: headers[place.name] ?? "", where: place.name, hint: "" };
    case "parameter": {
      const hint = ` in its address, behind ?${place.name}=`;
      return { offered: parameters?.get(place.name) ?? "", where: place.name, hint };
    }
  }
}

/** Empty where there is none. */
function offeredBy(headers: RequestHeaders): string {
  const [, scheme = "", value = ""] = /^(\S+) +(\S+)$/.exec(headers.authorization ?? "") ?? [];
  switch (scheme.toLowerCase()) {
    case "bearer":
      return value;
    case "basic":
      return Buffer.from(value, "base64")
        .toString("utf8")
        .replace(/^[^:]*:/, "");
    default:
      return "";
  }
}
