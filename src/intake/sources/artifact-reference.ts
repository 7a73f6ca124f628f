import type { Artifact } from "../../core/build.ts";
import { isImageDigest } from "./text.ts";

const LONGEST = 2_000;

/**
 * `registry.example/image:tag@sha256:…`, with or without a scheme, as an artifact; only what reads as a
 * digest is one, since an address may hold an `@` of its own. null: not an address.
 */
export function artifactOf(reference: string): Artifact | null {
  if (!/^[^\s\p{C}]+$/u.test(reference) || reference.length > LONGEST) return null;
  const at = reference.lastIndexOf("@");
  const digest = reference.slice(at + 1);
  return at > 0 && isImageDigest(digest)
    ? { uri: reference.slice(0, at), digest }
    : { uri: reference, digest: null };
}
