import { z } from "zod";
import type { ReadEvent } from "./read-event.ts";
import { cleanLine, isCommitSha, line, webUrl } from "./text.ts";

const LONGEST_REF = 255;
const LONGEST_SUBJECT = 200;

export const project = z.object({
  path_with_namespace: z
    .string()
    .max(500)
    .regex(/^[^\s\p{C}/]+(?:\/[^\s\p{C}/]+)+$/u, "must be the path of a project"),
  web_url: webUrl.max(1_000),
});

export const refName = line(LONGEST_REF);

export const commitSha = z
  .string()
  .toLowerCase()
  .refine(isCommitSha, "must be 40 or 64 hexadecimal digits");

export const user = z.object({ username: line(255).nullish() }).nullish();

const email = z.string().max(320).nullish();

/** A pipeline's and a release's commit has an author, a job's the address alone. */
export const commitFields = z.object({
  title: z.string().nullish(),
  message: z.string().nullish(),
  author: z.object({ email }).nullish(),
  author_email: email,
});

export const commit = commitFields.nullish();

export const time = z.string().max(100).nullish();

/**
 * How the author of a commit is known to the people who approve. GitLab may hide an address
 * (`[REDACTED]`, `7-dana@users.noreply.gitlab.example.com`): then by the user name, else whoever started it.
 */
export function authorOf(
  written: z.output<typeof commit>,
  starter: z.output<typeof user>,
): string | null {
  const address = written?.author?.email ?? written?.author_email ?? "";
  const hidden = /^\d+-([^@\s]+)@users\.noreply\./i.exec(address)?.[1];
  const known = hidden ?? (/^[^\s@]+@[^\s@]+$/.test(address) ? address : starter?.username);
  return known ? cleanLine(known, 320).toLowerCase() : null;
}

/** First line of the message of a commit. */
export function subjectLine(written: z.output<typeof commit>): string | null {
  const text = written?.title ?? written?.message?.split("\n", 1)[0] ?? "";
  return cleanLine(text, LONGEST_SUBJECT) || null;
}

/** Understood, and refused as a release. `message` says why. */
export function notARelease(message: string): ReadEvent {
  return { kind: "unsupported", code: "not_a_release_build", message };
}
