import { z } from "zod";
import type { MetricTypeName } from "../../shared/metric-types.ts";
import { airflowSource } from "./airflow-source.ts";
import { alertmanagerMetrics } from "./alertmanager-metrics.ts";
import { alertmanagerSource } from "./alertmanager-source.ts";
import { argoWorkflowsSource } from "./argo-workflows-source.ts";
import { azkabanSource } from "./azkaban-source.ts";
import { cdeventsSink } from "./cdevents-sink.ts";
import { cdeventsSource } from "./cdevents-source.ts";
import { circleciSource } from "./circleci-source.ts";
import { cloudwatchMetrics } from "./cloudwatch-metrics.ts";
import { commandDeployer } from "./command-deployer.ts";
import { databricksSource } from "./databricks-source.ts";
import { datadogMetrics } from "./datadog-metrics.ts";
import { dockerhubSource } from "./dockerhub-source.ts";
import { githubActionsDeployer } from "./github-actions-deployer.ts";
import { githubOidcSource } from "./github-oidc-source.ts";
import { githubSource } from "./github-source.ts";
import { gitlabSource } from "./gitlab-source.ts";
import { grafanaMetrics } from "./grafana-metrics.ts";
import { grafanaSource } from "./grafana-source.ts";
import { graphiteMetrics } from "./graphite-metrics.ts";
import { harborSource } from "./harbor-source.ts";
import { httpDeployer } from "./http-deployer.ts";
import { httpMetrics } from "./http-metrics.ts";
import { influxdbMetrics } from "./influxdb-metrics.ts";
import { jenkinsSource } from "./jenkins-source.ts";
import { kubeflowSource } from "./kubeflow-source.ts";
import { lokiMetrics } from "./loki-metrics.ts";
import { mlflowSource } from "./mlflow-source.ts";
import { ociRegistrySource } from "./oci-registry-source.ts";
import { openlineageSource } from "./openlineage-source.ts";
import { prefectSource } from "./prefect-source.ts";
import { prometheusMetrics } from "./prometheus-metrics.ts";
import { reportSource } from "./report-source.ts";
import { sagemakerSource } from "./sagemaker-source.ts";
import { spinnakerSource } from "./spinnaker-source.ts";
import { wandbSource } from "./wandb-source.ts";

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
} as const;

const SINKS = { cdevents: cdeventsSink } as const;

/** In the order in which the manual shows them. */
const METRICS = {
  prometheus: prometheusMetrics,
  loki: lokiMetrics,
  alertmanager: alertmanagerMetrics,
  grafana: grafanaMetrics,
  datadog: datadogMetrics,
  cloudwatch: cloudwatchMetrics,
  graphite: graphiteMetrics,
  influxdb: influxdbMetrics,
  http: httpMetrics,
} as const satisfies Readonly<Record<MetricTypeName, unknown>>;

const DEPLOYERS = {
  http: httpDeployer,
  command: commandDeployer,
  "github-actions": githubActionsDeployer,
} as const;

export const sourceSchema = z.discriminatedUnion("type", [
  SOURCES.report,
  ...Object.values(SOURCES).filter((one) => one !== SOURCES.report),
]);
export const sinkSchema = z.discriminatedUnion("type", [SINKS.cdevents]);
export const metricsSchema = z.discriminatedUnion("type", [
  METRICS.prometheus,
  METRICS.loki,
  METRICS.alertmanager,
  METRICS.grafana,
  METRICS.datadog,
  METRICS.cloudwatch,
  METRICS.graphite,
  METRICS.influxdb,
  METRICS.http,
]);
export const deployerSchema = z.discriminatedUnion("type", [
  DEPLOYERS.http,
  DEPLOYERS.command,
  DEPLOYERS["github-actions"],
]);
