import { fileReaders } from "../../src/config/file-readers.ts";
import { loadConfiguration } from "../../src/config/policy-file.ts";
import { createDispatcher } from "../../src/dispatcher.ts";
import { openPostgresLedger } from "../../src/ledger/postgres/open-postgres-ledger.ts";
import { systemClock as clock } from "../../src/shared/clock.ts";
import { createLogger } from "../../src/shared/logger.ts";
import { aBuild } from "../core/component-life.ts";
import { serveParent } from "../harness/serve-parent.ts";

export interface ReplicaSettings {
  readonly configuration: string;
  readonly database: string;
  /** No two replicas have the same. */
  readonly name: string;
  /** The components that it decides on. */
  readonly components: readonly string[];
  /** Decisions that are under way at any time. */
  readonly inFlight: number;
}

/**
 * Registers new builds of its components for so many seconds, as intake does when they are reported: load,
 * decide with four gates, commit, and again where another replica was faster. Answers how many were durable.
 */
await serveParent(
  async ({ configuration, database, name, components, inFlight }: ReplicaSettings) => {
    const { policy } = loadConfiguration(configuration, {}, fileReaders);
    const logger = createLogger({ level: "info", secrets: () => [] });
    const ledger = await openPostgresLedger({ url: database, clock, logger });
    const { dispatch } = createDispatcher({
      ledger,
      policy: () => policy,
      clock,
      onChange: () => {},
    });
    let builds = 0;
    const decide = async () => {
      const n = builds;
      builds += 1;
      const component = components[n % components.length];
      if (component === undefined) throw new Error("there are no components");
      const build = aBuild(component, `2.${n}-${name}`);
      const outcome = await dispatch({ type: "RegisterBuild", component, build }, [`${name}/${n}`]);
      if (outcome.kind !== "accepted") throw new Error(`${build.version}: ${outcome.kind}`);
    };
    return {
      ready: null,
      async answer(request) {
        const { seconds } = request as { readonly seconds: number };
        const until = performance.now() + seconds * 1000;
        let decided = 0;
        const decideUntilThen = async () => {
          while (performance.now() < until) {
            await decide();
            if (performance.now() < until) decided += 1;
          }
        };
        await Promise.all(Array.from({ length: inFlight }, decideUntilThen));
        return decided;
      },
      stop: () => ledger.close(),
    };
  },
);
