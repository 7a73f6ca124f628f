import { PackageURL } from "packageurl-js";
import type { Artifact } from "../../core/build.ts";
import { isImageDigest, isVersion } from "./text.ts";

/** What a package URL says of an artifact. */
export interface NamedPackage {
  /** With its namespace: `acme/checkout`, `checkout`. */
  readonly name: string;
  /** null: it names neither a version nor a tag. */
  readonly version: string | null;
  readonly artifact: Artifact;
}

const DIGITS = 12;

/** null: it is no package URL. */
export function readPackageUrl(text: string): NamedPackage | null {
  const purl = parse(text);
  if (purl === null || purl.name === "") return null;
  const name = [purl.namespace ?? "", purl.name].filter((part) => part !== "").join("/");
  const given = purl.version ?? "";
  const digest = isImageDigest(given) ? given : null;
  const tag = purl.qualifiers?.tag ?? "";
  const version = [tag, digest === null ? given : given.slice(7, 7 + DIGITS)].find(isVersion);
  const place = purl.type === "oci" ? imageOf(purl, tag) : null;
  return { name, version: version ?? null, artifact: { uri: place ?? text, digest } };
}

function parse(text: string): PackageURL | null {
  try {
    return PackageURL.fromString(text);
  } catch {
    return null;
  }
}

/** Where the image is pulled from. Some senders leave its own name out of `repository_url`. */
function imageOf({ name, qualifiers }: PackageURL, tag: string): string | null {
  const place = qualifiers?.repository_url ?? "";
  if (!/^[\w.:/-]+$/.test(place)) return null;
  const repository = place.split("/").at(-1) === name ? place : `${place}/${name}`;
  return /^[\w.-]+$/.test(tag) ? `${repository}:${tag}` : repository;
}
