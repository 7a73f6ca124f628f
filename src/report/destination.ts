import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Webhook } from "standardwebhooks";
import { errorText } from "../shared/errors.ts";
import type { Environment } from "./ci-environment.ts";
import { ok, problem, type Result } from "./result.ts";

/** The texts of problems are printed: an address or a file is named, a secret never is. */
export function readDestination(flag: string | null, env: Environment): Result<URL> {
  const name = flag === null ? "SLIPWAY_URL" : "--to";
  const text = flag ?? env.SLIPWAY_URL ?? "";
  const example = "write the address of a source, such as https://slipway.example/hooks/ci";
  if (text === "") return problem(`--to is missing, and SLIPWAY_URL is not set: ${example}`);
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return problem(`${name} is not an http or https URL: ${example}`);
  }
  if (url.username !== "" || url.password !== "") {
    return problem(`${name} must not hold a user or a password: reports are signed`);
  }
  if (!/\/hooks\/[^/]+$/.test(url.pathname))
    return problem(`${name} has no /hooks/<id>: ${example}`);
  return ok(url);
}

const SECRET =
  /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$/;

/** Signs a body for one attempt. */
export interface Signer {
  sign(id: string, at: Date, body: string): string;
}

export async function readSigner(env: Environment, directory: string): Promise<Result<Signer>> {
  const file = env.SLIPWAY_REPORT_SECRET_FILE ?? "";
  let secret = env.SLIPWAY_REPORT_SECRET ?? "";
  if (secret === "" && file !== "") {
    try {
      secret = (await readFile(resolve(directory, file), "utf8")).trim();
    } catch (error) {
      return problem(`SLIPWAY_REPORT_SECRET_FILE: ${errorText(error)}`);
    }
  }
  if (secret === "")
    return problem("SLIPWAY_REPORT_SECRET is not set: it holds the source's secret");
  // The package decodes what was cut off without a word.
  if (!SECRET.test(secret))
    return problem("SLIPWAY_REPORT_SECRET must be whsec_ followed by base64");
  const webhook = new Webhook(secret);
  return ok({ sign: (id, at, body) => webhook.sign(id, at, body) });
}
