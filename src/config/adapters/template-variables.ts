/** What the texts of a deployer may use; see `docs/configuration.md`. */
export const OPERATION_VARIABLES = [
  "component",
  "version",
  "digest",
  "artifact",
  "commit",
  "environment",
  "previous",
  "key",
  "weight",
  "actor",
  "release_url",
  "params",
] as const;

/** Once an operation was started, also what the system calls it. */
export const STARTED_VARIABLES = [...OPERATION_VARIABLES, "id"] as const;
