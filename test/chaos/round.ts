import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../support/seeded-random.ts";
import { type CiRun, runCi } from "./actors/ci.ts";
import { startCrowd } from "./actors/crowd.ts";
import { createHands } from "./actors/hands.ts";
import { startStorm } from "./actors/storm.ts";
import { deployFindings } from "./checks/deploy-findings.ts";
import type { Finding } from "./checks/finding.ts";
import { chainFinding, ledgerFindings } from "./checks/ledger-findings.ts";
import { readBack } from "./checks/read-back.ts";
import { slackFindings } from "./checks/slack-findings.ts";
import { workFindings } from "./checks/work-findings.ts";
import type { SlackMode } from "./options.ts";
import { untilQuiet } from "./quiet.ts";
import { startFleet } from "./replica/fleet.ts";
import { after } from "./world/faulty-gate.ts";
import { openFrontDoor } from "./world/front-door.ts";
import type { ChaosStore } from "./world/store.ts";
import { startChaosWorld } from "./world/world.ts";

export interface RoundOptions {
  /** How Slack speaks to the app. */
  readonly mode: SlackMode;
  readonly seed: number;
  readonly releases: number;
  /** How long things break, in seconds. */
  readonly seconds: number;
  /** How long it may take until all is quiet afterwards, in seconds. */
  readonly quietWithin: number;
  /** Empty; holds the configuration and the logs. */
  readonly folder: string;
  readonly store: ChaosStore;
}

export interface RoundResult {
  /** What happened, by what it was. */
  readonly happened: Readonly<Record<string, number | string>>;
  readonly findings: readonly Finding[];
}

const LEASE = 3_000;
/** Of the storm's length: how long people go on afterwards. */
const AFTERMATH = 0.6;
/** The clocks of the replicas are wrong by up to this. */
const SKEW = 8_000;

/** Starts everything, breaks everything, lets it come to rest, and looks at what is left. */
export async function runRound(options: RoundOptions): Promise<RoundResult> {
  const { mode, seed, folder, store, releases, seconds } = options;
  mkdirSync(folder, { recursive: true });
  // Each part has chance of its own, so that one that draws more often does not change the others.
  const chance = (part: number) => seededRandom(seed * 16 + part);
  const world = await startChaosWorld(folder, mode, chance(1));
  const clocks = chance(2);
  const fleet = startFleet({
    size: store.replicas,
    folder,
    environment: (index) => ({
      ...world.environment,
      ...store.environment(index),
      CHAOS_LEASE: String(LEASE),
      CHAOS_CLOCK_SHIFT: String(clocks.below(2 * SKEW) - SKEW),
    }),
  });
  const { slack } = world.slack;
  const hands = createHands(slack);
  const door = await openFrontDoor({ ports: fleet.ports, random: chance(3) });
  if (mode === "http") slack.listenAt(door.slackUrl);
  try {
    while (fleet.ports().length < fleet.size) await after(100);
    const crowd = startCrowd({ slack, hands, random: chance(4) });
    const { power } = store;
    const storm = startStorm({
      random: chance(5),
      lasting: seconds * 1000,
      world: {
        fleet,
        lines: store.lines,
        lease: LEASE,
        killDatabase: store.killDatabase,
        cutPower:
          power === null
            ? null
            : async () => {
                power.cut();
                await fleet.whileDead(power.restore);
              },
        slackOutage: world.slack.outage,
        sockets: mode === "socket" ? slack.socketMode : null,
        metricsOutage: world.outages.metrics.outage,
        deployOutage: world.outages.deploys.outage,
      },
    });
    const ci = await runCi({ door, random: chance(6), releases, lasting: seconds * 1000 });
    await storm.over;
    // What began in the storm is decided on after it, over lines that are as bad as before.
    await after(seconds * AFTERMATH * 1000);
    await crowd.stop();
    world.calm();
    door.calm();
    let guardedUntil = Number.POSITIVE_INFINITY;
    const endGuards = () => {
      world.endGuards();
      guardedUntil = Date.now() - SKEW;
    };
    const within = options.quietWithin * 1000;
    const quiet = await untilQuiet({ fleet, slack, hands, endGuards, within });
    const exits = await fleet.stop();

    const environment = { ...world.environment, SLACK_API_URL: slack.apiUrl, ...store.direct };
    const stored = await readBack(environment);
    let findings: readonly Finding[];
    try {
      findings = [
        ...ledgerFindings(stored, ci.acknowledged, guardedUntil),
        ...deployFindings(world.deploys, stored.events),
        ...(await slackFindings(slack, stored)),
        ...(await workFindings(stored, quiet)),
        {
          rule: "replicas stop cleanly when they are told to",
          lookedAt: exits.length,
          violations: exits.filter((code) => code !== 0).map((code) => `exit code ${code}`),
        },
      ];
      const lines = stored.events.map((event) => JSON.stringify(event));
      writeFileSync(join(folder, "events.jsonl"), `${lines.join("\n")}\n`);
    } finally {
      await stored.close();
    }
    const chain = await chainFinding(environment, stored.events.length);
    return {
      findings: [chain, ...findings],
      happened: {
        ...reported(ci),
        ...counted("", storm.counts()),
        "ended by themselves": fleet.fallen().length,
        "requests delivered twice": door.doubled(),
        "envelopes delivered twice": world.slack.repeated(),
        ...counted("clicks and commands: ", { all: sum(hands.counts()) }),
        ...Object.fromEntries(
          Object.entries(world.faults()).map(([name, faults]) => [
            `requests to ${name} that went wrong`,
            sum({ ...faults, none: 0 }),
          ]),
        ),
        "calls that Slack found too frequent": world.slack.limited(),
        events: stored.events.length,
        deployments: stored.events.filter(({ event }) => event.type === "DeployStarted").length,
        rollbacks: stored.events.filter(({ event }) => event.type === "RollbackStarted").length,
        "guards that began": stored.events.filter(({ event }) => event.type === "GuardStarted")
          .length,
        "incidents of guards": stored.events.filter(
          ({ event }) => "incident" in event && event.incident?.phase === "guard",
        ).length,
        "calls to deploy": world.deploys.gate.calls() + world.deploys.yard.calls(),
        "deployments that began":
          world.deploys.gate.effects().length + world.deploys.yard.effects().length,
        "jobs that were given up": stored.dead.length,
        "seconds until all was quiet": quiet.seconds,
      },
    };
  } finally {
    await fleet.stop();
    await door.close();
    await world.close();
  }
}

function reported({ versions, acknowledged, answers, givenUp }: CiRun) {
  return {
    "versions reported": versions,
    "answered 202": acknowledged.length,
    "answered 200 (known)": answers[200] ?? 0,
    "answered 503": answers[503] ?? 0,
    "not answered": answers[0] ?? 0,
    "reports that nobody took": givenUp.length,
  };
}

function counted(prefix: string, counts: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.entries(counts).map(([name, n]) => [`${prefix}${name}`, n]));
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
