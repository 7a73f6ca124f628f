import { fileReaders } from "../../src/config/file-readers.ts";
import { loadConfiguration } from "../../src/config/policy-file.ts";
import { serveParent } from "../harness/serve-parent.ts";
import { componentName } from "../world/configuration.ts";
import { aLastApproval, aLiveComponent, aNewBuild, carryOut } from "./component-life.ts";

const MAKERS = { RegisterBuild: aNewBuild, Approve: aLastApproval };

export interface DecisionsOrder {
  readonly command: keyof typeof MAKERS;
  readonly count: number;
  /** Situations before this one have been decided already. */
  readonly from: number;
}

/** Core in a process of its own, with a policy as the configuration loader makes it. Answers decisions a second. */
await serveParent(
  async ({ configuration, components }: { configuration: string; components: number }) => {
    const { policy } = loadConfiguration(configuration, {}, fileReaders);
    const live = Array.from({ length: components }, (_, n) =>
      aLiveComponent(policy, componentName(n)),
    );
    return {
      ready: null,
      async answer(request) {
        const { command, count, from } = request as DecisionsOrder;
        const situations = live
          .flatMap((state) => Array.from({ length: count / components }, () => state))
          .map((state, n) => MAKERS[command](policy, state, from + n));
        const startedAt = performance.now();
        for (const situation of situations) carryOut(situation, policy);
        return (count / (performance.now() - startedAt)) * 1000;
      },
    };
  },
);
