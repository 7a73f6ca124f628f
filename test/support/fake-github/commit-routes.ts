import type { Octokit } from "octokit";
import { type GitHubAnswer, type GitHubRequest, notFound } from "./answer.ts";
import { type FakeCommit, type FakeRepository, historyOf, resolveRef } from "./repository.ts";

type CompareAnswer = Awaited<
  ReturnType<Octokit["rest"]["repos"]["compareCommitsWithBasehead"]>
>["data"];

/** Without paging at most this many commits are compared. */
const UNPAGED = 250;

/** `/repos/{owner}/{repo}/{commits,compare}/…`; undefined: not one of these routes. */
export function commitRoutes(
  repository: FakeRepository,
  rest: readonly string[],
  { method, query }: GitHubRequest,
): GitHubAnswer | undefined {
  const [kind, ...names] = rest;
  if (method !== "GET") return undefined;
  const name = names.join("/");
  if (kind === "commits") return { status: 200, body: shown(commitOf(repository, name)) };
  if (kind === "compare") {
    const [base = "", head = ""] = name.split("...");
    return { status: 200, body: compare(repository, base, head, query) };
  }
  return undefined;
}

function commitOf(repository: FakeRepository, ref: string): FakeCommit {
  const commit = repository.commits.get(resolveRef(repository, ref) ?? "");
  if (commit === undefined) throw notFound();
  return commit;
}

function compare(
  repository: FakeRepository,
  baseRef: string,
  headRef: string,
  query: URLSearchParams,
): Pick<
  CompareAnswer,
  "status" | "ahead_by" | "behind_by" | "total_commits" | "html_url" | "files"
> & { readonly commits: readonly unknown[] } {
  const base = historyOf(repository, commitOf(repository, baseRef).sha);
  const head = historyOf(repository, commitOf(repository, headRef).sha);
  const ahead = without(head, base).reverse();
  const behind = without(base, head);
  const page = Number(query.get("page") ?? 1);
  const size =
    query.has("page") || query.has("per_page") ? Number(query.get("per_page") ?? 30) : UNPAGED;
  return {
    status: statusOf(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    html_url: `https://github.example/${repository.name}/compare/${baseRef}...${headRef}`,
    commits: ahead.slice((page - 1) * size, page * size).map(shown),
    files: [],
  };
}

function statusOf(ahead: number, behind: number): CompareAnswer["status"] {
  if (ahead > 0 && behind > 0) return "diverged";
  if (ahead > 0) return "ahead";
  return behind > 0 ? "behind" : "identical";
}

function without(commits: readonly FakeCommit[], others: readonly FakeCommit[]): FakeCommit[] {
  const known = new Set(others.map(({ sha }) => sha));
  return commits.filter(({ sha }) => !known.has(sha));
}

function shown({ sha, message, author, login }: FakeCommit) {
  return {
    sha,
    commit: { message, author: { name: author, email: "dana@acme.test" } },
    author: login === null ? null : { login },
  };
}
