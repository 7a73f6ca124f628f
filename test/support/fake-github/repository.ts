/** What the fake knows of one repository. Plain data, so that tests can look at it and change it. */
export interface FakeRepository {
  /** `owner/name`. */
  readonly name: string;
  readonly defaultBranch: string;
  readonly commits: Map<string, FakeCommit>;
  /** Branches and tags, and the commits they point to. */
  readonly branches: Map<string, string>;
  readonly tags: Map<string, string>;
  /** By file name. */
  readonly workflows: Map<string, FakeWorkflow>;
  readonly deployments: FakeDeployment[];
  readonly runs: FakeRun[];
}

export interface FakeCommit {
  readonly sha: string;
  readonly parent: string | null;
  readonly message: string;
  readonly author: string;
  /** Login of the author's account; null: the e-mail address belongs to none. */
  readonly login: string | null;
}

export interface FakeWorkflow {
  readonly file: string;
  /** `run-name:` of the file, with `${{ inputs.name }}` in it; null: runs are called as the workflow. */
  readonly runName: string | null;
  readonly inputs: Readonly<Record<string, { readonly required: boolean }>>;
}

export interface FakeDeployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly description: string | null;
  readonly payload: unknown;
  readonly production: boolean;
  readonly createdAt: number;
  /** Oldest first. */
  readonly statuses: FakeStatus[];
}

export interface FakeStatus {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly logUrl: string;
  readonly createdAt: number;
}

export interface FakeRun {
  readonly id: number;
  readonly workflow: string;
  readonly title: string;
  readonly branch: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** What each attempt has come to, the first one first. */
  readonly attempts: { status: string; conclusion: string | null }[];
  /** False: it exists, and lists do not show it yet. */
  listed: boolean;
  cancelled: boolean;
}

export function fakeRepository(name: string): FakeRepository {
  return {
    name,
    defaultBranch: "main",
    commits: new Map(),
    branches: new Map(),
    tags: new Map(),
    workflows: new Map(),
    deployments: [],
    runs: [],
  };
}

/** Adds a commit on top of a branch (the default one) and returns its sha. */
export function addCommit(
  repository: FakeRepository,
  message: string,
  options: {
    readonly branch?: string;
    readonly from?: string;
    readonly login?: string | null;
  } = {},
): string {
  const branch = options.branch ?? repository.defaultBranch;
  const parent = options.from ?? repository.branches.get(branch) ?? null;
  const sha = (repository.commits.size + 1).toString(16).padStart(8, "0").padStart(40, "c0ffee");
  const login = options.login === undefined ? "dana-acme" : options.login;
  repository.commits.set(sha, { sha, parent, message, author: "Dana", login });
  repository.branches.set(branch, sha);
  return sha;
}

/** The commit that a name stands for, as GitHub resolves it; undefined: there is none. */
export function resolveRef(repository: FakeRepository, ref: string): string | undefined {
  if (repository.commits.has(ref)) return ref;
  const [, kind, name] = /^(?:refs\/)?(heads|tags)\/(.+)$/.exec(ref) ?? [];
  if (kind === "heads") return repository.branches.get(name ?? "");
  if (kind === "tags") return repository.tags.get(name ?? "");
  return repository.branches.get(ref) ?? repository.tags.get(ref);
}

/** A commit and everything before it, newest first. */
export function historyOf(repository: FakeRepository, sha: string): readonly FakeCommit[] {
  const history: FakeCommit[] = [];
  for (let next: string | null = sha; next !== null; ) {
    const commit: FakeCommit | undefined = repository.commits.get(next);
    if (commit === undefined) break;
    history.push(commit);
    next = commit.parent;
  }
  return history;
}
