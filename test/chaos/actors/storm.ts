import type { SocketMode } from "../../../src/demo/gateway/socket-mode.ts";
import type { SeededRandom } from "../../support/seeded-random.ts";
import type { Fleet } from "../replica/fleet.ts";
import type { BadLine } from "../world/bad-line.ts";
import { after } from "../world/faulty-gate.ts";

/** What can be broken while a run lasts. Each resolves when the worst of it is over. */
export interface Breakable {
  readonly fleet: Fleet;
  /** By replica; none on the embedded store. */
  readonly lines: readonly BadLine[];
  /** SIGSTOP lasts longer than this. */
  readonly lease: number;
  readonly killDatabase: (() => Promise<void>) | null;
  readonly cutPower: (() => Promise<void>) | null;
  readonly slackOutage: (milliseconds: number) => void;
  /** null: Slack speaks HTTP. */
  readonly sockets: Pick<SocketMode, "refresh" | "cut" | "cutOne" | "copyToAll"> | null;
  readonly metricsOutage: (milliseconds: number) => void;
  readonly deployOutage: (milliseconds: number) => void;
}

export interface Storm {
  /** What was broken, by what it was. */
  counts(): Readonly<Record<string, number>>;
  /** Resolves when it has blown itself out. */
  readonly over: Promise<void>;
}

const PAUSE = 1_300;
const PAUSE_ALONE = 3_000;

interface Blow {
  readonly name: string;
  readonly weight: number;
  readonly isOnReplicas?: true;
  strike(): Promise<void>;
}

/** Breaks something every few hundred milliseconds for as long as it is told; then all is mended. */
export function startStorm(options: {
  readonly world: Breakable;
  readonly random: SeededRandom;
  readonly lasting: number;
}): Storm {
  const { world, random, lasting } = options;
  const counts: Record<string, number> = {};
  const blows = blowsOn(world, random);
  // One process alone takes a second or two to come back, and should get something done in between.
  const pause = world.fleet.size === 1 ? PAUSE_ALONE : PAUSE;
  const underWay = new Set<Promise<void>>();

  async function blow(): Promise<void> {
    const end = Date.now() + lasting;
    while (Date.now() < end) {
      await after(pause * (0.2 + random.next()));
      const chosen = pickByWeight(blows, random);
      // One that is being started takes nothing: to stop the last one as well would test nothing.
      const areMostUp = world.fleet.ports().length >= Math.max(1, world.fleet.size - 1);
      if (chosen.isOnReplicas && !areMostUp) continue;
      counts[chosen.name] = (counts[chosen.name] ?? 0) + 1;
      const striking = chosen.strike().finally(() => underWay.delete(striking));
      underWay.add(striking);
      // A power cut or a database that is down takes everything with it: one at a time.
      if (chosen.name === "kill -9 of PostgreSQL" || chosen.name === "power cut") await striking;
    }
    await Promise.all(underWay);
    for (const line of world.lines) line.mend();
  }

  return { counts: () => counts, over: blow() };
}

function blowsOn(world: Breakable, random: SeededRandom): readonly Blow[] {
  const { fleet, lines, lease, killDatabase, cutPower, sockets } = world;
  const anyReplica = () => random.below(fleet.size);
  const everywhere: readonly Blow[] = [
    {
      name: "kill -9 of a replica",
      weight: 5,
      isOnReplicas: true,
      strike: () => fleet.kill(anyReplica()),
    },
    {
      name: "SIGSTOP longer than a lease",
      weight: 2,
      isOnReplicas: true,
      strike: () => fleet.freeze(anyReplica(), lease * (1.1 + random.next() / 2)),
    },
    {
      name: "Slack down",
      weight: 1,
      strike: async () => world.slackOutage(500 + random.below(2_500)),
    },
    {
      name: "metrics down",
      weight: 1,
      strike: async () => world.metricsOutage(500 + random.below(2_500)),
    },
    {
      name: "deployment system down",
      weight: 1,
      strike: async () => world.deployOutage(500 + random.below(2_500)),
    },
  ];
  const onLines: readonly Blow[] =
    lines.length === 0
      ? []
      : [
          { name: "connections cut", weight: 4, strike: async () => random.pick(lines).cut() },
          ...(["refuse", "block", "slow"] as const).map((kind) => ({
            name: { refuse: "connections refused", block: "line blocked", slow: "line slow" }[kind],
            weight: 2,
            strike: () => breakFor(random.pick(lines), kind, random),
          })),
        ];
  return [
    ...everywhere,
    ...onLines,
    ...(sockets === null ? [] : blowsOnSockets(sockets, random)),
    ...(killDatabase === null
      ? []
      : [{ name: "kill -9 of PostgreSQL", weight: 1.5, strike: killDatabase }]),
    ...(cutPower === null ? [] : [{ name: "power cut", weight: 4, strike: cutPower }]),
  ];
}

function blowsOnSockets(
  sockets: NonNullable<Breakable["sockets"]>,
  random: SeededRandom,
): readonly Blow[] {
  return [
    { name: "sockets asked to come again", weight: 2, strike: async () => sockets.refresh() },
    { name: "a socket cut", weight: 3, strike: async () => sockets.cutOne() },
    { name: "all sockets cut", weight: 1, strike: async () => sockets.cut() },
    {
      name: "everything to every socket",
      weight: 2,
      strike: async () => {
        sockets.copyToAll(true);
        await after(500 + random.below(2_500));
        sockets.copyToAll(false);
      },
    },
  ];
}

async function breakFor(
  line: BadLine,
  kind: "refuse" | "block" | "slow",
  random: SeededRandom,
): Promise<void> {
  if (kind === "refuse") line.refuse();
  if (kind === "block") line.block();
  if (kind === "slow") line.slow(10 + random.below(150));
  await after(500 + random.below(4_000));
  line.mend();
}

function pickByWeight(blows: readonly Blow[], random: SeededRandom): Blow {
  const total = blows.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.next() * total;
  for (const blow of blows) {
    left -= blow.weight;
    if (left < 0) return blow;
  }
  throw new Error("there is nothing to break");
}
