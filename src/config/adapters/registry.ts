import { z } from "zod";
import { alertmanagerSource } from "./alertmanager-source.ts";
import { azkabanSource } from "./azkaban-source.ts";
import { circleciSource } from "./circleci-source.ts";
import { commandDeployer } from "./command-deployer.ts";
import { githubActionsDeployer } from "./github-actions-deployer.ts";
import { githubOidcSource } from "./github-oidc-source.ts";
import { githubSource } from "./github-source.ts";
import { gitlabSource } from "./gitlab-source.ts";
import { grafanaSource } from "./grafana-source.ts";
import { httpDeployer } from "./http-deployer.ts";
import { jenkinsSource } from "./jenkins-source.ts";
import { mlflowSource } from "./mlflow-source.ts";
import { prometheusMetrics } from "./prometheus-metrics.ts";
import { reportSource } from "./report-source.ts";
import { spinnakerSource } from "./spinnaker-source.ts";

/** The adapters there are: a type that is not named here is an error when the configuration loads. */
export const SOURCES = {
  report: reportSource,
  github: githubSource,
  gitlab: gitlabSource,
  circleci: circleciSource,
  jenkins: jenkinsSource,
  azkaban: azkabanSource,
  spinnaker: spinnakerSource,
  "github-oidc": githubOidcSource,
  mlflow: mlflowSource,
  alertmanager: alertmanagerSource,
  grafana: grafanaSource,
} as const;

const METRICS = { prometheus: prometheusMetrics } as const;

const DEPLOYERS = {
  http: httpDeployer,
  command: commandDeployer,
  "github-actions": githubActionsDeployer,
} as const;

export const sourceSchema = z.discriminatedUnion("type", [
  SOURCES.report,
  SOURCES.github,
  SOURCES.gitlab,
  SOURCES.circleci,
  SOURCES.jenkins,
  SOURCES.azkaban,
  SOURCES.spinnaker,
  SOURCES["github-oidc"],
  SOURCES.mlflow,
  SOURCES.alertmanager,
  SOURCES.grafana,
]);
export const metricsSchema = z.discriminatedUnion("type", [METRICS.prometheus]);
export const deployerSchema = z.discriminatedUnion("type", [
  DEPLOYERS.http,
  DEPLOYERS.command,
  DEPLOYERS["github-actions"],
]);
