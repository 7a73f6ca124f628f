import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { APP_TOKEN, BOT_TOKEN, SIGNING_SECRET } from "../../../src/demo/gateway/workspace.ts";
import { startServer } from "../../support/scripted-server.ts";
import type { SeededRandom } from "../../support/seeded-random.ts";
import { REPORT_SECRET } from "../../support/signed-request.ts";
import type { SlackMode } from "../options.ts";
import { anyFault, type ChanceOfFault, chanceOfFault } from "./chance-of-fault.ts";
import { configurationYaml } from "./configuration.ts";
import { type ChaosDeploySystem, startChaosDeploySystem } from "./deploy-system.ts";
import { type FaultyGate, openFaultyGate } from "./faulty-gate.ts";
import { startScriptedPrometheus } from "./scripted-prometheus.ts";
import { type ChaosSlack, startChaosSlack } from "./slack.ts";

/** Everything around the replicas but their store. */
export interface ChaosWorld {
  readonly slack: ChaosSlack;
  readonly deploys: { readonly gate: ChaosDeploySystem; readonly yard: ChaosDeploySystem };
  readonly outages: { readonly deploys: ChanceOfFault; readonly metrics: ChanceOfFault };
  /** For `slipway serve`, but for the store. */
  readonly environment: Readonly<Record<string, string>>;
  /** By system: requests that met each fault. */
  faults(): Readonly<Record<string, Readonly<Record<string, number>>>>;
  calm(): void;
  /** Takes the guards out of the configuration: a guard has no end of its own. */
  endGuards(): void;
  close(): Promise<void>;
}

export async function startChaosWorld(
  folder: string,
  mode: SlackMode,
  random: SeededRandom,
): Promise<ChaosWorld> {
  const [slack, gate, yard, prometheus, github] = await Promise.all([
    startChaosSlack(random),
    startChaosDeploySystem({ knowsKeys: true, random }),
    startChaosDeploySystem({ knowsKeys: false, random }),
    startScriptedPrometheus(),
    // No repository is there: release notes say so, and nothing waits for them.
    startServer(() => ({ status: 404, json: { message: "Not Found" } })),
  ]);
  const deployFaults = chanceOfFault({ random, share: 0.12, faults: anyFault });
  const metricFaults = chanceOfFault({ random, share: 0.08, faults: anyFault });
  const [gateLine, yardLine, metricsLine] = await Promise.all([
    openFaultyGate(gate.server.url, deployFaults.next),
    openFaultyGate(yard.server.url, deployFaults.next),
    openFaultyGate(prometheus.url, metricFaults.next),
  ]);
  const config = join(folder, "slipway.yml");
  const addresses = { gate: gateLine.url, yard: yardLine.url, prometheus: metricsLine.url };
  writeFileSync(config, configurationYaml(addresses, "with guards"));
  const lines: readonly FaultyGate[] = [gateLine, yardLine, metricsLine];

  return {
    slack,
    deploys: { gate, yard },
    outages: { deploys: deployFaults, metrics: metricFaults },
    environment: {
      SLACK_BOT_TOKEN: BOT_TOKEN,
      ...(mode === "http"
        ? { SLACK_SIGNING_SECRET: SIGNING_SECRET }
        : { SLACK_APP_TOKEN: APP_TOKEN }),
      SLACK_API_URL: slack.apiUrl,
      SLIPWAY_CONFIG: config,
      SLIPWAY_REPORT_SECRET: REPORT_SECRET,
      GITHUB_API_URL: github.url,
      HOST: "127.0.0.1",
      PORT: "0",
      LOG_LEVEL: "info",
    },
    faults: () => ({
      Slack: slack.gate.faults(),
      gate: gateLine.faults(),
      yard: yardLine.faults(),
      metrics: metricsLine.faults(),
    }),
    calm: () => {
      slack.calm();
      deployFaults.calm();
      metricFaults.calm();
      gate.calm();
      yard.calm();
    },
    endGuards: () => writeFileSync(config, configurationYaml(addresses, "without guards")),
    close: async () => {
      await Promise.all(lines.map((line) => line.close()));
      const servers = [gate.server, yard.server, prometheus, github];
      await Promise.all([slack.close(), ...servers.map((server) => server.close())]);
    },
  };
}
