import { airflowSource } from "./airflow.ts";
import { alertmanagerSource } from "./alertmanager.ts";
import { argoWorkflowsSource } from "./argo-workflows.ts";
import { azkabanSource } from "./azkaban.ts";
import { cdeventsSource } from "./cdevents.ts";
import { circleciSource } from "./circleci.ts";
import { databricksSource } from "./databricks.ts";
import { dockerhubSource } from "./dockerhub.ts";
import { githubSource } from "./github.ts";
import { createGithubOidcSource } from "./github-oidc.ts";
import { gitlabSource } from "./gitlab.ts";
import { grafanaSource } from "./grafana.ts";
import { harborSource } from "./harbor.ts";
import { jenkinsSource } from "./jenkins.ts";
import type { KeySets } from "./key-sets.ts";
import { kubeflowSource } from "./kubeflow.ts";
import { mlflowSource } from "./mlflow.ts";
import { ociRegistrySource } from "./oci-registry.ts";
import { openlineageSource } from "./openlineage.ts";
import { prefectSource } from "./prefect.ts";
import { reportSource } from "./report.ts";
import { sagemakerSource } from "./sagemaker.ts";
import type { SourceAdapter } from "./source.ts";
import { spinnakerSource } from "./spinnaker.ts";
import { wandbSource } from "./wandb.ts";

export type SourceAdapters = Readonly<Record<string, SourceAdapter>>;

/** Those that need nothing but what is sent to them, by the `type` of their entry in the configuration. */
export const SOURCE_ADAPTERS: SourceAdapters = {
  report: reportSource,
  github: githubSource,
  gitlab: gitlabSource,
  circleci: circleciSource,
  jenkins: jenkinsSource,
  azkaban: azkabanSource,
  spinnaker: spinnakerSource,
  mlflow: mlflowSource,
  openlineage: openlineageSource,
  airflow: airflowSource,
  prefect: prefectSource,
  kubeflow: kubeflowSource,
  "argo-workflows": argoWorkflowsSource,
  wandb: wandbSource,
  databricks: databricksSource,
  sagemaker: sagemakerSource,
  alertmanager: alertmanagerSource,
  grafana: grafanaSource,
  "oci-registry": ociRegistrySource,
  dockerhub: dockerhubSource,
  harbor: harborSource,
  cdevents: cdeventsSource,
};

/** Every system that may send events, by the `type` of its entry in the configuration. */
export function createSourceAdapters(needs: { readonly keySets: KeySets }): SourceAdapters {
  return { ...SOURCE_ADAPTERS, "github-oidc": createGithubOidcSource(needs.keySets) };
}
