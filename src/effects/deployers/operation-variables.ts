import type { OperationInput } from "../../core/job.ts";
import type { TemplateVariables } from "../template.ts";

/** What the templates of a deployer can read (INTERFACE, section 6). */
export function operationVariables(
  input: OperationInput,
  releaseUrl: string | null,
): TemplateVariables {
  return {
    component: input.component,
    version: input.version,
    digest: input.digest,
    artifact: input.artifact,
    commit: input.commit,
    environment: input.environment,
    previous: input.previous,
    key: input.key,
    weight: input.weight,
    actor: input.actor,
    release_url: releaseUrl,
    params: input.params,
  };
}
