export type Environment = Readonly<Record<string, string | undefined>>;

/** What a CI system says about the run it is in. null: it does not say, or not without doubt. */
export interface CiRun {
  readonly system: string;
  readonly repository: string | null;
  readonly commit: string | null;
  readonly branch: string | null;
  readonly author: string | null;
  readonly runId: string | null;
  readonly runAttempt: number | null;
  readonly url: string | null;
  readonly trigger: "code" | "schedule" | "manual" | null;
}

interface CiSystem {
  readonly name: string;
  /** The variable that is `true` in its jobs. */
  readonly marker: string;
  read(env: Environment): Omit<CiRun, "system">;
}

/** The variables that are read, by CI system; the marker first. The documentation goes by this. */
export const CI_VARIABLES = {
  "GitHub Actions": [
    "GITHUB_ACTIONS",
    "GITHUB_REPOSITORY",
    "GITHUB_SHA",
    "GITHUB_REF_NAME",
    "GITHUB_REF_TYPE",
    "GITHUB_ACTOR",
    "GITHUB_RUN_ID",
    "GITHUB_RUN_ATTEMPT",
    "GITHUB_SERVER_URL",
    "GITHUB_EVENT_NAME",
  ],
  "GitLab CI": [
    "GITLAB_CI",
    "CI_PROJECT_PATH",
    "CI_COMMIT_SHA",
    "CI_COMMIT_BRANCH",
    "CI_COMMIT_AUTHOR",
    "CI_PIPELINE_ID",
    "CI_PIPELINE_URL",
    "CI_PIPELINE_SOURCE",
  ],
  CircleCI: [
    "CIRCLECI",
    "CIRCLE_PROJECT_USERNAME",
    "CIRCLE_PROJECT_REPONAME",
    "CIRCLE_SHA1",
    "CIRCLE_BRANCH",
    "CIRCLE_PR_NUMBER",
    "CIRCLE_WORKFLOW_ID",
    "CIRCLE_BUILD_URL",
  ],
} as const;

const SYSTEMS: readonly CiSystem[] = [
  { name: "GitHub Actions", marker: "GITHUB_ACTIONS", read: readGithubActions },
  { name: "GitLab CI", marker: "GITLAB_CI", read: readGitlabCi },
  { name: "CircleCI", marker: "CIRCLECI", read: readCircleCi },
];

export type CiDetection =
  | { readonly kind: "none" }
  | { readonly kind: "ci"; readonly run: CiRun }
  /** More than one says that it is here, as when one starts another: none is believed. */
  | { readonly kind: "several"; readonly systems: readonly string[] };

export function detectCi(env: Environment): CiDetection {
  const present = SYSTEMS.filter(({ marker }) => env[marker] === "true");
  const [system] = present;
  if (system === undefined) return { kind: "none" };
  if (present.length > 1) return { kind: "several", systems: present.map(({ name }) => name) };
  return { kind: "ci", run: { system: system.name, ...system.read(env) } };
}

/** On a pull request GITHUB_SHA is a merge that nobody made, so that there is no commit to speak of. */
function readGithubActions(env: Environment): Omit<CiRun, "system"> {
  const event = text(env.GITHUB_EVENT_NAME) ?? "";
  const built = event.startsWith("pull_request") ? null : env;
  const byPerson = event === "push" || event === "workflow_dispatch";
  const repository = text(env.GITHUB_REPOSITORY);
  const runId = text(env.GITHUB_RUN_ID);
  const server = text(env.GITHUB_SERVER_URL);
  const triggers = new Map([
    ["push", "code"],
    ["release", "code"],
    ["schedule", "schedule"],
    ["workflow_dispatch", "manual"],
  ] as const);
  return {
    repository,
    commit: text(built?.GITHUB_SHA),
    branch: built?.GITHUB_REF_TYPE === "branch" ? text(built.GITHUB_REF_NAME) : null,
    // On a schedule the actor is whoever last edited the schedule.
    author: byPerson ? text(env.GITHUB_ACTOR) : null,
    runId,
    runAttempt: wholeNumber(env.GITHUB_RUN_ATTEMPT),
    url: server && repository && runId ? `${server}/${repository}/actions/runs/${runId}` : null,
    trigger: pick(triggers, event),
  };
}

/** A merge request's pipeline may run on a merge that is in no branch. */
function readGitlabCi(env: Environment): Omit<CiRun, "system"> {
  const source = text(env.CI_PIPELINE_SOURCE) ?? "";
  const built = source === "merge_request_event" ? null : env;
  const triggers = new Map([
    ["push", "code"],
    ["schedule", "schedule"],
    ["web", "manual"],
  ] as const);
  return {
    repository: text(env.CI_PROJECT_PATH),
    commit: text(built?.CI_COMMIT_SHA),
    branch: text(built?.CI_COMMIT_BRANCH),
    author: /<([^<>]+)>$/.exec(built?.CI_COMMIT_AUTHOR ?? "")?.[1] ?? null,
    runId: text(env.CI_PIPELINE_ID),
    runAttempt: null,
    url: text(env.CI_PIPELINE_URL),
    trigger: pick(triggers, source),
  };
}

/** Who started a run on CircleCI need not have written the code, so nobody is named as its author. */
function readCircleCi(env: Environment): Omit<CiRun, "system"> {
  const owner = text(env.CIRCLE_PROJECT_USERNAME);
  const name = text(env.CIRCLE_PROJECT_REPONAME);
  const built = text(env.CIRCLE_PR_NUMBER) === null ? env : null;
  return {
    repository: owner && name ? `${owner}/${name}` : null,
    commit: text(built?.CIRCLE_SHA1),
    branch: text(built?.CIRCLE_BRANCH),
    author: null,
    runId: text(env.CIRCLE_WORKFLOW_ID),
    runAttempt: null,
    url: text(env.CIRCLE_BUILD_URL),
    trigger: null,
  };
}

function text(value: string | undefined): string | null {
  return value === undefined || value === "" ? null : value;
}

function wholeNumber(value: string | undefined): number | null {
  return /^[1-9]\d{0,8}$/.test(value ?? "") ? Number(value) : null;
}

function pick(
  triggers: ReadonlyMap<string, "code" | "schedule" | "manual">,
  event: string,
): "code" | "schedule" | "manual" | null {
  return triggers.get(event) ?? null;
}
