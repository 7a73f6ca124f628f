import { describe, expect, it } from "vitest";
import { createArtifactStore } from "../../src/demo/artifacts/artifact-store.ts";
import { parseExposition } from "../../src/demo/metrics-server/exposition.ts";
import { createEvaluation } from "../../src/demo/metrics-server/promql/evaluate.ts";
import { parsePromql } from "../../src/demo/metrics-server/promql/parse-promql.ts";
import { createSeriesStore } from "../../src/demo/metrics-server/series-store.ts";
import { createDeployments } from "../../src/demo/runtime/deployments.ts";
import { createRuntimeMetrics } from "../../src/demo/runtime/runtime-metrics.ts";
import { digestOf } from "../../src/demo/training/model-file.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { demoConfiguration, fill } from "../support/demo-configuration.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const VALUES: Readonly<Record<string, string>> = {
  component: "model-pymk",
  version: "1",
  environment: "production",
  artifact: "artifacts/model-pymk/1/model.json",
  digest: digestOf(""),
  key: "deploy:1",
  weight: "",
};

const checks = Object.values(demoConfiguration.components)
  .flatMap(({ environments }) => Object.values(environments))
  .flatMap(({ watch }) => watch?.checks ?? []);
const queries = checks.flatMap(({ query }) => (query === undefined ? [] : [fill(query, VALUES)]));
const counters = checks.flatMap(({ ratio }) => ratio ?? []);

/** What a runtime shows of a version before and after some traffic, one second apart. */
async function traffic() {
  const metrics = createRuntimeMetrics("production");
  const store = createSeriesStore(60_000);
  for (const component of ["model-pymk", "svc-feed"]) metrics.announce(component, "1");
  for (let second = 1; second <= 20; second += 1) {
    metrics.predictions.inc({ model: "pymk", version: "1", outcome: "ok" });
    metrics.predictionSeconds.observe({ model: "pymk", version: "1" }, 0.02);
    metrics.requests.inc({ service: "svc-feed", version: "1", code: "200" });
    for (const { labels, value } of parseExposition(await metrics.registry.metrics())) {
      store.append(labels, { at: second * 1000, value });
    }
  }
  return store;
}

describe("the configuration of the demo", () => {
  it("watches by queries that the sample metrics server answers with one number each", async () => {
    const store = await traffic();
    expect(queries).toHaveLength(2);
    for (const query of queries) {
      expect(createEvaluation(store, parsePromql(query))(20_000)).toEqual({
        kind: "vector",
        elements: [{ labels: {}, value: expect.any(Number) }],
      });
    }
  });

  it("compares by counters that are there before anything has failed", async () => {
    const store = await traffic();
    expect(counters).toHaveLength(1);
    for (const selector of counters.flatMap(({ bad, total }) => [bad, total])) {
      const value = createEvaluation(store, parsePromql(fill(selector, VALUES)))(20_000);
      expect(value.kind === "vector" && value.elements.length).toBeGreaterThan(1);
    }
  });

  it("deploys by requests that the sample runtime takes", () => {
    for (const { environments } of Object.values(demoConfiguration.components)) {
      for (const [environment, { deploy }] of Object.entries(environments)) {
        const start = demoConfiguration.deployers[deploy.use]?.start;
        const deployments = createDeployments({
          environment,
          hosts: {
            "model-pymk": { version: () => null, install: async () => {}, close: async () => {} },
          },
          artifacts: createArtifactStore(temporaryFolder()),
          clock: systemClock,
          deployTime: { pending: 1, running: 1 },
          signal: AbortSignal.abort(),
          onDone: () => {},
        });
        const body = Object.fromEntries(
          Object.entries(start?.body ?? {}).map(([name, template]) => [
            name,
            name === "environment" ? environment : fill(template, VALUES),
          ]),
        );
        expect(
          deployments.start(fill(start?.headers["idempotency-key"] ?? "", VALUES), body),
        ).toMatchObject({
          kind: "started",
        });
      }
    }
  });
});
