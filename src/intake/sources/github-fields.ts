import { z } from "zod";
import type { ReadEvent } from "./read-event.ts";
import { isCommitSha, line } from "./text.ts";

/** The events that make releases: what a webhook should be subscribed to. */
export const GITHUB_EVENTS = ["workflow_run", "release", "registry_package"] as const;

/** GitHub's own limit on the name of a ref, in bytes. */
const LONGEST_REF = 255;

export const repositoryName = z
  .string()
  .max(200)
  .regex(/^[^\s\p{C}/]+\/[^\s\p{C}/]+$/u, "must be owner/name");

export const repository = z.object({
  full_name: repositoryName,
  default_branch: z.string().optional(),
});

export const refName = line(LONGEST_REF);

export const commitSha = z
  .string()
  .toLowerCase()
  .refine(isCommitSha, "must be 40 or 64 hexadecimal digits");

export const login = line(100);

/**
 * How the author of a commit is known to the people who approve: their e-mail address, or their login
 * where GitHub hides the address (`583231+dana@users.noreply.github.com`).
 */
export function authorOf(email: string | null, actor: string | null): string | null {
  if (email === null || email === "") return actor?.toLowerCase() ?? null;
  const hidden = /^(?:\d+\+)?([^@+]+)@users\.noreply\./i.exec(email);
  return (hidden?.[1] ?? email).toLowerCase();
}

/** Understood, and refused as a release. `message` says why. */
export function notARelease(message: string): ReadEvent {
  return { kind: "unsupported", code: "not_a_release_build", message };
}
