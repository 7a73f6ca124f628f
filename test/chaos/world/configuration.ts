import { approversOf, COMPONENTS, deployerOf, isGuarded, nameOf } from "./components.ts";

export interface Addresses {
  readonly gate: string;
  readonly yard: string;
  readonly prometheus: string;
}

/** What guards ask for, and nobody else. */
export const GUARD_METRIC = "guarded_rate";

/** The `slipway.yml` of the run: many small components, two environments, short watches, some with a guard. */
export function configurationYaml(
  { gate, yard, prometheus }: Addresses,
  guards: "with guards" | "without guards",
): string {
  const components = Array.from({ length: COMPONENTS }, (_, index) => {
    const guard = guards === "with guards" && isGuarded(index) ? guardYaml() : "";
    return `${componentYaml(index)}${guard}`;
  });
  return `
timezone: UTC
slack: { channel: releases }
sources:
  ci: { type: report, secret: "\${SLIPWAY_REPORT_SECRET}" }
metrics:
  prom: { type: prometheus, url: "${prometheus}" }
deployers:
  gate:
    type: http
    start:
      method: POST
      url: "${gate}/deploys"
      headers: { idempotency-key: "{{key}}" }
      body: { app: "{{component}}", version: "{{version}}", environment: "{{environment}}" }
      id: body.id
${observeYaml(gate)}
  yard:
    type: http
    start:
      method: POST
      url: "${yard}/deploys"
      body: { app: "{{component}}", version: "{{version}}", environment: "{{environment}}", note: "{{key}}" }
      id: body.id
    lookup: { url: "${yard}/deploys?note={{key}}", id: body.id }
${observeYaml(yard)}
admins: ["lea@acme.test"]
components:
${components.join("")}`;
}

function observeYaml(url: string): string {
  return `    observe:
      url: "${url}/deploys/{{id}}"
      every: 1s
      timeout: 1m
      succeeded: body.status == "done"
      failed: body.status == "failed"
      detail: body.message
    stop: { method: POST, url: "${url}/deploys/{{id}}/stop" }`;
}

function componentYaml(index: number): string {
  const name = nameOf(index);
  const deployer = deployerOf(index);
  const approval = approversOf(index).map(
    (group) => `          - { from: ["${group}"], count: 1 }`,
  );
  const verify = index % 5 === 2 ? `\n        verify: [{ name: smoke, use: ${deployer} }]` : "";
  return `  ${name}:
    kind: ${name.startsWith("model") ? "model" : "service"}
    repository: acme/${name}
    channel: ${channelOf(name)}
    owners: ["lea@acme.test"]
    intake: [{ source: ci }]
    gates:
      - { name: AUC at least 0.80, check: "metrics.auc >= 0.80" }
      - { name: AUC no worse than live, check: "metrics.auc >= live.metrics.auc - 0.05" }
    environments:
      staging:
        deploy: { use: ${deployer} }
      production:
        approval:
${approval.join("\n")}
        deploy: { use: ${deployer} }${verify}
        watch:
          for: 3s
          every: 1s
          on: { failure: ${index % 7 === 6 ? "ask" : "rollback"}, inconclusive: ask, error: ask }
          checks:
            - name: success rate
              source: prom
              query: success_rate{app="{{component}}",version="{{version}}"}
              pass: value >= 0.97
              consecutiveFailures: 2
              minSamples: 2
`;
}

/** A look a second, at more time than the clocks of the replicas are apart from the metrics server's. */
function guardYaml(): string {
  return `          guard:
            every: 1s
            window: 12s
            checks:
              - name: success rate
                source: prom
                query: ${GUARD_METRIC}{app="{{component}}",version="{{version}}"}
                pass: value >= 0.97
                consecutiveFailures: 2
                minSamples: 2
`;
}

export function channelOf(component: string): string {
  return `rel-${component}`;
}
