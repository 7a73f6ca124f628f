import type { FinishedBuild } from "../../src/demo/sample-ci.ts";
import type { SampleWorld } from "../../src/demo/sample-world.ts";
import type { Serving } from "../../src/demo/serving.ts";

/** A sample world without servers: its builds end when told, and it serves what it is told. */
export interface FakeSampleWorld extends SampleWorld {
  /** What was made worse, `production model-pymk`. */
  readonly degraded: ReadonlySet<string>;
  serve(serving: readonly Serving[]): void;
  /** Ends the build that was begun first. */
  finish(build: FinishedBuild): void;
  fail(error: Error): void;
}

export function fakeSampleWorld(): FakeSampleWorld {
  const degraded = new Set<string>();
  const builds: {
    readonly resolve: (build: FinishedBuild) => void;
    readonly reject: (error: Error) => void;
  }[] = [];
  let serving: readonly Serving[] = [];

  function begin(): Promise<FinishedBuild> {
    return new Promise((resolve, reject) => {
      builds.push({ resolve, reject });
    });
  }

  return {
    ci: {
      retrain: begin,
      retrainOnCorruptedData: begin,
      buildService: begin,
      buildBrokenService: begin,
      close: async () => {},
    },
    environment: {},
    degraded,
    makeWorse: async (environment, component) => {
      const deployed = serving.some(
        (one) => one.environment === environment && one.component === component,
      );
      if (deployed) degraded.add(`${environment} ${component}`);
      return deployed;
    },
    makeBetter: async (environment, component) => {
      degraded.delete(`${environment} ${component}`);
    },
    serving: async () => serving,
    close: async () => {},
    serve(next) {
      serving = next;
    },
    finish: (build) => builds.shift()?.resolve(build),
    fail: (error) => builds.shift()?.reject(error),
  };
}
