import { alertmanagerSource } from "./alertmanager.ts";
import { circleciSource } from "./circleci.ts";
import { githubSource } from "./github.ts";
import { gitlabSource } from "./gitlab.ts";
import { grafanaSource } from "./grafana.ts";
import { jenkinsSource } from "./jenkins.ts";
import { mlflowSource } from "./mlflow.ts";
import { reportSource } from "./report.ts";
import type { SourceAdapter } from "./source.ts";

export type SourceAdapters = Readonly<Record<string, SourceAdapter>>;

/** Every system that may send events, by the `type` of its entry in the configuration. */
export const SOURCE_ADAPTERS: SourceAdapters = {
  report: reportSource,
  github: githubSource,
  gitlab: gitlabSource,
  circleci: circleciSource,
  jenkins: jenkinsSource,
  mlflow: mlflowSource,
  alertmanager: alertmanagerSource,
  grafana: grafanaSource,
};
