/*
 * What a system wrote and nobody can be asked to mend: cleaned, so that stores and Slack can hold it.
 */

/** What they cannot hold: control characters, and halves of surrogate pairs. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu;
const VERSION = /^[^\s\p{C}]{1,128}$/u;
const COMMIT_SHA = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const IMAGE_DIGEST = /^sha256:[0-9a-f]{64}$/;

/** On one line, and cut at a whole character. */
export function cleanLine(text: string, longest: number): string {
  return cut(text.replace(UNPRINTABLE, " ").trim(), longest);
}

export function cleanLines(text: string, longest: number): string {
  const clean = text.replace(UNPRINTABLE, (character) =>
    character === "\n" || character === "\t" ? character : "",
  );
  return cut(clean.trim(), longest);
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : [...text.slice(0, longest + 1)].slice(0, -1).join("");
}

/** Visible characters only: a version is a word of `/release`, and part of ids. */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

export function isCommitSha(text: string): boolean {
  return COMMIT_SHA.test(text);
}

export function isImageDigest(text: string): boolean {
  return IMAGE_DIGEST.test(text);
}
