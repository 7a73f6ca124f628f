import type { OperationInput } from "../../core/job.ts";
import type { Clock } from "../../shared/clock.ts";
import type { Logger } from "../../shared/logger.ts";
import type { GitHub } from "../github/github-client.ts";

/** What deployers need of the rest of the process. */
export interface DeployerServices {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly github: GitHub;
  /** The process's environment, of which commands see an allow-list. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A page about the release for people, for `{{release_url}}`; null: there is none. */
  releaseUrl(input: OperationInput): Promise<string | null>;
}
