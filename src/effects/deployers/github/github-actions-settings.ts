import type { Milliseconds } from "../../../core/json.ts";
import type { RepositoryName } from "../../github/github-client.ts";
import type { Template } from "../../template.ts";

export interface GitHubActionsSettings {
  readonly name: string;
  readonly every: Milliseconds;
  readonly timeout: Milliseconds;
  /** Where the workflow is. */
  readonly repository: RepositoryName;
  /** File name, e.g. `deploy.yml`; `with: { workflow: … }` of an environment replaces it. */
  readonly workflow: string;
  /** Branch or tag whose workflow file runs; null: the default branch. `with: { ref: … }` replaces it. */
  readonly ref: string | null;
  /**
   * Inputs of the workflow; null: `component`, `version`, `environment`, `digest` and `key`. Members of
   * `with` that are not `workflow`, `ref` or `environment` are added as inputs of their names.
   */
  readonly inputs: Readonly<Record<string, Template>> | null;
  /** Whether GitHub's own pages show the deployment, in the repository that was built. */
  readonly recordDeployments: boolean;
}
