import { alertmanagerSource } from "./alertmanager.ts";
import { azkabanSource } from "./azkaban.ts";
import { circleciSource } from "./circleci.ts";
import { githubSource } from "./github.ts";
import { createGithubOidcSource } from "./github-oidc.ts";
import { gitlabSource } from "./gitlab.ts";
import { grafanaSource } from "./grafana.ts";
import { jenkinsSource } from "./jenkins.ts";
import type { KeySets } from "./key-sets.ts";
import { mlflowSource } from "./mlflow.ts";
import { reportSource } from "./report.ts";
import type { SourceAdapter } from "./source.ts";
import { spinnakerSource } from "./spinnaker.ts";

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
  alertmanager: alertmanagerSource,
  grafana: grafanaSource,
};

/** Every system that may send events, by the `type` of its entry in the configuration. */
export function createSourceAdapters(needs: { readonly keySets: KeySets }): SourceAdapters {
  return { ...SOURCE_ADAPTERS, "github-oidc": createGithubOidcSource(needs.keySets) };
}
