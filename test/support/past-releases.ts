import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileReaders } from "../../src/config/file-readers.ts";
import { loadConfiguration } from "../../src/config/policy-file.ts";
import type { Command } from "../../src/core/command.ts";
import type { ComponentState } from "../../src/core/component.ts";
import { environmentState } from "../../src/core/component.ts";
import type { Instant } from "../../src/core/json.ts";
import { createDispatcher } from "../../src/dispatcher.ts";
import { componentStream, type Ledger } from "../../src/ledger/ledger.ts";
import { openEmbeddedLedger } from "../../src/ledger/lowdb/open-embedded-ledger.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { ENVIRONMENT } from "./configurations.ts";
import { MINUTE } from "./policies.ts";
import { aBuild, anAssessment, aPerson } from "./story.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** What is to have become of a release in its watch of ten minutes. */
export interface PastRelease {
  readonly version: string;
  readonly at: Instant;
  readonly became: "passed" | "rolled-back" | "false-alarm";
}

const ADMIN = aPerson("Ada", { id: "U0ADA12345" });
const COMPONENT = "svc-feed";

/** A configuration with a metrics source at this address, and one component that deploys by itself. */
export function watchedConfiguration(url: string): string {
  return `
slack: { channel: releases }
admins: ["${ADMIN.id}"]
sources:
  ci: { type: report, secret: "\${SLIPWAY_REPORT_SECRET}" }
metrics:
  prom: { type: prometheus, url: "${url}" }
deployers:
  run: { type: command, start: [/bin/deploy, "{{version}}"] }
components:
  ${COMPONENT}:
    kind: service
    intake: [{ source: ci }]
    environments:
      production:
        deploy: { use: run }
        watch:
          for: 10m
          every: 1m
          checks:
            - name: success rate
              source: prom
              query: 'success_rate{version="{{version}}"}'
              pass: value >= 0.97
`.trimStart();
}

/** A ledger in which these releases have been, and the environment in which commands find it. */
export async function pastReleases(
  configuration: string,
  releases: readonly PastRelease[],
): Promise<{ readonly env: Readonly<Record<string, string>>; readonly folder: string }> {
  const folder = temporaryFolder();
  const path = join(folder, "slipway.yml");
  writeFileSync(path, configuration);
  const directory = join(folder, "data");
  const env = { ...ENVIRONMENT, SLIPWAY_CONFIG: path, SLIPWAY_DATA: directory } as Record<
    string,
    string
  >;
  const { policy } = loadConfiguration(path, env, fileReaders);
  const ledger = await openEmbeddedLedger({ directory, clock: systemClock });
  let now: Instant = 0;
  const { dispatch } = createDispatcher({
    ledger,
    policy: () => policy,
    clock: { ...systemClock, now: () => now },
    onChange: () => {},
  });
  const tell = async (command: Command): Promise<void> => {
    const outcome = await dispatch(command, []);
    if (outcome.kind !== "accepted") throw new Error(`${command.type}: ${JSON.stringify(outcome)}`);
  };
  const system = { component: COMPONENT } as const;
  const person = { ...system, person: ADMIN, directory: { [ADMIN.id]: [ADMIN.id] } } as const;
  const succeeded = { kind: "succeeded", detail: null } as const;
  for (const { version, at, became } of releases) {
    now = at;
    const release = `${COMPONENT}@${version}`;
    const promotion = `${release}/production/1`;
    const build = aBuild({ version, commit: null, run: null });
    await tell({ type: "RegisterBuild", ...system, build });
    const key = `deploy:${release}:production:1`;
    await tell({ type: "ReportOperation", ...system, key, report: succeeded });
    if (became === "passed") {
      now = at + 10 * MINUTE;
      const assessments = [anAssessment("success", "success rate")];
      await tell({ type: "ReportWatch", ...system, promotion, assessments });
      continue;
    }
    now = at + 6 * MINUTE;
    const assessments = [anAssessment("failure", "success rate")];
    await tell({ type: "ReportWatch", ...system, promotion, assessments });
    const rollback = (await stateOf(ledger)).rollback?.id;
    if (rollback === undefined) throw new Error(`${release} was not rolled back`);
    await tell({ type: "ReportOperation", ...system, key: rollback, report: succeeded });
    now += MINUTE;
    if (became === "false-alarm") {
      const label = { release, environment: "production", check: null, reason: "a load test" };
      await tell({ type: "ReportFalseAlarm", ...person, ...label });
    } else {
      await tell({ type: "Unhold", ...person, environment: "production" });
    }
  }
  await ledger.close();
  return { env, folder };
}

async function stateOf(ledger: Ledger) {
  const { state } = await ledger.load(componentStream(COMPONENT));
  return environmentState(state as ComponentState, "production");
}
