import type { LookupReader } from "./lookup-reader.ts";
import { createMlflowReader } from "./mlflow-reader.ts";
import { ociRegistryReader } from "./oci-registry.ts";

/** What can be asked for the rest of a build, by the `type` of the source that reported it. */
export const LOOKUP_READERS: Readonly<Record<string, LookupReader>> = {
  mlflow: createMlflowReader({
    runPage: (experiment, run) => `/#/experiments/${experiment}/runs/${run}`,
  }),
  databricks: createMlflowReader({
    runPage: (experiment, run) => `/ml/experiments/${experiment}/runs/${run}`,
  }),
  "oci-registry": ociRegistryReader,
  dockerhub: ociRegistryReader,
  harbor: ociRegistryReader,
};
