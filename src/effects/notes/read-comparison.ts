import type { Octokit } from "octokit";
import { z } from "zod";
import type { ReleaseNotes } from "../../core/release.ts";
import { callGitHub, type GitHubCircumstances } from "../github/call-github.ts";
import type { RepositoryName } from "../github/github-client.ts";
import { oneLine } from "../one-line.ts";

/** A repository, and a client that may read it. */
export interface NotesSite {
  readonly client: Octokit;
  readonly repository: RepositoryName;
  readonly circumstances: GitHubCircumstances;
}

export type Comparison = Pick<ReleaseNotes, "commits" | "totalCommits" | "behindBy" | "url">;

const KEPT_COMMITS = 20;
/** GitHub's largest page. */
const PAGE = 100;

const ComparedCommit = z.object({
  sha: z.string(),
  commit: z.object({
    message: z.string(),
    author: z.object({ name: z.string().nullish() }).nullable(),
  }),
  // GitHub documents `{}` for an author whose account is gone.
  author: z.object({ login: z.string().optional() }).nullable(),
});

const ComparisonPage = z.object({
  total_commits: z.number().int(),
  behind_by: z.number().int(),
  html_url: z.string(),
  commits: z.array(ComparedCommit),
});

/** The newest commits of `head` that `base` lacks, oldest first, and how many there are on either side. */
export async function readComparison(
  site: NotesSite,
  base: string,
  head: string,
): Promise<Comparison> {
  const first = await readPage(site, { base, head, page: 1, size: PAGE });
  const { total_commits: totalCommits, behind_by: behindBy, html_url: url } = first;
  const commits =
    totalCommits <= PAGE ? first.commits : await readEnd(site, base, head, totalCommits);
  return { commits: commits.slice(-KEPT_COMMITS).map(shown), totalCommits, behindBy, url };
}

/** GitHub lists the oldest first: the newest are on the last page, which may not be full. */
async function readEnd(
  site: NotesSite,
  base: string,
  head: string,
  total: number,
): Promise<readonly z.output<typeof ComparedCommit>[]> {
  const last = Math.ceil(total / KEPT_COMMITS);
  const pages = await Promise.all(
    [last - 1, last].map((page) => readPage(site, { base, head, page, size: KEPT_COMMITS })),
  );
  return pages.flatMap(({ commits }) => commits);
}

async function readPage(
  { client, repository, circumstances }: NotesSite,
  wanted: {
    readonly base: string;
    readonly head: string;
    readonly page: number;
    readonly size: number;
  },
): Promise<z.output<typeof ComparisonPage>> {
  const { owner, repo } = repository;
  const what = `compare ${short(wanted.base)} with ${short(wanted.head)} in ${owner}/${repo}`;
  return callGitHub(circumstances, { what, changes: false }, async (signal) => {
    const { data } = await client.rest.repos.compareCommitsWithBasehead({
      owner,
      repo,
      basehead: `${wanted.base}...${wanted.head}`,
      page: wanted.page,
      per_page: wanted.size,
      request: { signal },
    });
    return ComparisonPage.parse(data);
  });
}

/** The commit that a tag names, annotated or not. */
export async function resolveTag(
  { client, repository, circumstances }: NotesSite,
  tag: string,
): Promise<string> {
  const { owner, repo } = repository;
  const what = `find the commit of the tag ${oneLine(tag, 60)} in ${owner}/${repo}`;
  return callGitHub(circumstances, { what, changes: false }, async (signal) => {
    const { data } = await client.rest.repos.getCommit({
      owner,
      repo,
      ref: `tags/${tag}`,
      request: { signal },
    });
    return z.object({ sha: z.string().regex(/^[0-9a-f]{40,64}$/) }).parse(data).sha;
  });
}

function shown({
  sha,
  commit,
  author,
}: z.output<typeof ComparedCommit>): ReleaseNotes["commits"][number] {
  const [subject = ""] = commit.message.split("\n", 1);
  return {
    sha,
    subject: oneLine(subject, 200),
    author: author?.login ?? commit.author?.name ?? null,
  };
}

function short(sha: string): string {
  return sha.slice(0, 7);
}
