import { Counter, Gauge, Histogram, Registry } from "prom-client";

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** How a prediction ended. `ok`: a probability was given. */
const OUTCOMES = ["ok", "timeout", "invalid_features", "unknown_pair", "error"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export type RuntimeMetrics = ReturnType<typeof createRuntimeMetrics>;

/** What the sample runtime shows at `/metrics`; every series has the label `environment`. */
export function createRuntimeMetrics(environment: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ environment });
  const registers = [registry];
  const predictions = new Counter({
    name: "predictions_total",
    help: "Predictions asked for, by outcome.",
    labelNames: ["model", "version", "outcome"],
    registers,
  });
  const requests = new Counter({
    name: "requests_total",
    help: "Requests to a service, by HTTP status code.",
    labelNames: ["service", "version", "code"],
    registers,
  });
  return {
    registry,
    predictions,
    requests,
    predictionSeconds: new Histogram({
      name: "prediction_seconds",
      help: "Time from the question to the answer, look-ups included.",
      labelNames: ["model", "version"],
      buckets: SECONDS,
      registers,
    }),
    requestSeconds: new Histogram({
      name: "request_seconds",
      help: "Time a request to a service took.",
      labelNames: ["service", "version"],
      buckets: SECONDS,
      registers,
    }),
    deployedInfo: new Gauge({
      name: "deployed_info",
      help: "1 for the version of a component that serves.",
      labelNames: ["component", "version"],
      registers,
    }),
    /**
     * Shows the counters of a version at 0 before its first request. A share of a counter that does not
     * exist yet has no value at all, so a version that fails from its first request on would look like
     * one without data.
     */
    announce: (component: string, version: string): void => {
      if (component === "model-pymk") {
        for (const outcome of OUTCOMES) predictions.inc({ model: "pymk", version, outcome }, 0);
      } else {
        for (const code of ["200", "503"]) requests.inc({ service: component, version, code }, 0);
      }
    },
  };
}
