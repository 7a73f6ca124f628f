import type { GitHubActionsSettings } from "../../src/effects/deployers/github/github-actions-settings.ts";
import { addCommit, type FakeRepository } from "./fake-github/repository.ts";
import type { FakeGitHub } from "./fake-github.ts";

export const GITHUB_TOKEN = "github_pat_s3cretS3cretS3cret";

export function gitHubActionsSettings(
  overrides: Partial<GitHubActionsSettings> = {},
): GitHubActionsSettings {
  return {
    name: "actions",
    every: 10_000,
    timeout: 1_800_000,
    repository: { owner: "acme", repo: "deploys" },
    workflow: "deploy.yml",
    ref: null,
    inputs: null,
    recordDeployments: true,
    ...overrides,
  };
}

const USUAL_INPUTS = ["component", "version", "environment", "digest", "key", "region"];

/** `acme/deploys` with `deploy.yml`, whose runs are named after the operation's key unless said otherwise. */
export function deployWorkflow(
  github: FakeGitHub,
  options: { readonly runName?: string | null; readonly file?: string } = {},
): FakeRepository {
  const repository = github.repository("acme/deploys");
  if (repository.branches.size === 0) addCommit(repository, "Add the workflow");
  const { runName = "deploy $" + "{{ inputs.key }}", file = "deploy.yml" } = options;
  const inputs = Object.fromEntries(USUAL_INPUTS.map((name) => [name, { required: false }]));
  repository.workflows.set(file, { file, runName, inputs });
  return repository;
}
