import type { Build } from "../../core/build.ts";
import type { SystemCommand } from "../../core/command.ts";
import type { JobBody } from "../../core/job.ts";
import type { Milliseconds } from "../../core/json.ts";
import type { ReleaseNotes } from "../../core/release.ts";
import type { Clock } from "../../shared/clock.ts";
import { AdapterError, errorText } from "../../shared/errors.ts";
import { callGitHub } from "../github/call-github.ts";
import { type GitHub, parseRepository, type RepositoryName } from "../github/github-client.ts";
import type { JobHandler, JobResult, Run } from "../job-handler.ts";
import { exponentialDelay } from "../retry-delay.ts";
import type { StateReader } from "../state-reader.ts";
import { type NotesSite, readComparison, resolveTag } from "./read-comparison.ts";

export interface NotesOptions {
  readonly github: GitHub;
  readonly state: Pick<StateReader, "release">;
  /** Whether what a source builds is kept elsewhere: a repository of the same name on GitHub is another one. */
  readonly isElsewhere: (source: string) => boolean;
  readonly clock: Clock;
  readonly random: () => number;
}

type Body = Extract<JobBody, { kind: "notes" }>;

const TIMEOUT: Milliseconds = 120_000;
const ATTEMPTS = 5;
/** Notes are worth a short wait; at a longer rate limit the card says that there are none. */
const LONGEST_WAIT: Milliseconds = 60_000;

/**
 * Writes what changed between the live release and this one: its commits, from GitHub. Where they cannot
 * be had, the notes say why, and nothing waits for them.
 */
export function createNotesHandler(options: NotesOptions): JobHandler<"notes"> {
  const { github, clock } = options;

  async function run(body: Body, { signal }: Run): Promise<JobResult> {
    const build = await buildOf(body);
    if (build === undefined) return { kind: "done", command: null };
    const { commit } = build;
    const repository = parseRepository(commit?.repository ?? null);
    if (commit === null || repository === null || options.isElsewhere(build.source)) {
      return written(body, {}, null);
    }

    let resolved: string | null = null;
    try {
      const site = await openSite(repository, signal);
      const head = commit.sha ?? (commit.tag === null ? null : await resolveTag(site, commit.tag));
      resolved = commit.sha === null ? head : null;
      return written(body, await notesFor(site, body, head), resolved);
    } catch (error) {
      signal.throwIfAborted();
      if (isWorthAnotherTry(error)) throw error;
      return written(body, { problem: errorText(error) }, resolved);
    }
  }

  /** undefined: there is no such release any more. */
  async function buildOf({ component, release }: Body): Promise<Build | undefined> {
    try {
      return (await options.state.release(component, release))?.build;
    } catch (error) {
      const why = `the release ${release} cannot be read: ${errorText(error)}`;
      throw new AdapterError(why, { retryable: true, cause: error });
    }
  }

  async function openSite(repository: RepositoryName, signal: AbortSignal): Promise<NotesSite> {
    const circumstances = { clock, signal };
    const what = `read ${repository.owner}/${repository.repo}`;
    const client = await callGitHub(circumstances, { what, changes: false }, (limited) =>
      github.forRepository(repository, limited),
    );
    return { client, repository, circumstances };
  }

  return {
    timeout: TIMEOUT,
    attempts: ATTEMPTS,
    retryDelay: exponentialDelay({ first: 2_000, longest: 30_000, random: options.random }),
    run,
    buried: (body, error) => writeNotes(body, { problem: error }, null),
  };
}

async function notesFor(
  site: NotesSite,
  { base }: Body,
  head: string | null,
): Promise<Partial<ReleaseNotes>> {
  if (base === null) return {};
  if (head === null) return { problem: "the build names neither its commit nor its tag" };
  if (base.sha === null) return { problem: `${base.version}, which is live, names no commit` };
  if (base.sha === head) return {};
  return readComparison(site, base.sha, head);
}

function isWorthAnotherTry(error: unknown): boolean {
  return (
    !(error instanceof AdapterError) || (error.retryable && (error.retryAfter ?? 0) <= LONGEST_WAIT)
  );
}

function written(body: Body, notes: Partial<ReleaseNotes>, resolvedSha: string | null): JobResult {
  return { kind: "done", command: writeNotes(body, notes, resolvedSha) };
}

function writeNotes(
  { component, release, base }: Body,
  notes: Partial<ReleaseNotes>,
  resolvedSha: string | null,
): SystemCommand {
  const none = { commits: [], totalCommits: 0, behindBy: 0, url: null, problem: null };
  return {
    type: "WriteNotes",
    component,
    release,
    notes: { since: base?.version ?? null, ...none, ...notes },
    resolvedSha,
  };
}
