import type { Milliseconds } from "./core/json.ts";
import {
  BEAT,
  type Beat,
  type Replica,
  type ReplicaReport,
  type Replicas,
} from "./ledger/replicas.ts";
import type { Clock } from "./shared/clock.ts";
import { errorText } from "./shared/errors.ts";
import type { Logger } from "./shared/logger.ts";
import type { Telemetry } from "./shared/telemetry.ts";

/** Says that this replica lives, and looks at who else does. */
export interface ReplicaWatch {
  start(): void;
  stop(): Promise<void>;
  /** Another configuration is in force here: the others learn it now. */
  configured(): void;
  /** What somebody should mend. */
  warnings(): readonly string[];
}

/** Longer than it takes until each replica has noticed that its files were changed, and read them. */
export const RELOAD_TAKES: Milliseconds = 30_000;

export function createReplicaWatch(ports: {
  readonly replicas: Replicas;
  readonly report: () => ReplicaReport;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Pick<Telemetry, "replicas" | "replicaInfo">;
  /** Called once, when a newer version has written what this one does not know. */
  readonly onOutdated: () => void;
}): ReplicaWatch {
  const { replicas, report, clock, logger, telemetry } = ports;
  const stopped = new AbortController();
  let live: readonly Replica[] = [];
  let outdated = false;
  let wake = new AbortController();
  let beating = Promise.resolve();

  async function loop(): Promise<void> {
    while (!stopped.signal.aborted) {
      wake = new AbortController();
      try {
        look(await replicas.beat(report()));
      } catch (error) {
        // That the store is away is said elsewhere, and louder.
        logger.debug({ error: errorText(error) }, "the other replicas were not asked");
      }
      await clock.sleep(BEAT, AbortSignal.any([stopped.signal, wake.signal]));
    }
  }

  function look(beat: Beat): void {
    const before = { differ: differing(live) !== null, who: whoIs(live) };
    live = beat.live;
    show(live, report().configuration);
    if (whoIs(live) !== before.who) logger.info({ replicas: live.map(inWords) }, "replicas");
    const why = differing(live);
    if (why !== null && !before.differ) logger.warn({ why }, "replicas differ");
    if (why === null && before.differ) logger.info("the replicas agree again");
    if (beat.outdated && !outdated) ports.onOutdated();
    outdated = beat.outdated;
  }

  function show(all: readonly Replica[], own: string): void {
    const same = all.filter(({ configuration }) => configuration === own).length;
    telemetry.replicas.set({ state: "same-configuration" }, same);
    telemetry.replicas.set({ state: "other-configuration" }, all.length - same);
    telemetry.replicaInfo.reset();
    for (const { id, host, version, schema, configuration } of all) {
      telemetry.replicaInfo.set({ replica: id, host, version, schema, configuration }, 1);
    }
  }

  return {
    start: () => {
      beating = loop();
    },
    stop: async () => {
      stopped.abort();
      await beating;
    },
    configured: () => wake.abort(),
    warnings: () => {
      const why = differing(live);
      return why === null ? [] : [why];
    },
  };
}

/** The sentence about replicas whose configurations differ for longer than a reload takes; null: they agree. */
function differing(live: readonly Replica[]): string | null {
  const since = longestDifference(live);
  if (since < RELOAD_TAKES) return null;
  const configurations = [...new Set(live.map(({ configuration }) => configuration))];
  const groups = configurations.map((configuration) => {
    const those = live.filter((replica) => replica.configuration === configuration);
    return `${configuration} on ${those.map(({ host }) => host).join(", ")}`;
  });
  return (
    `replicas run with different configurations since ${Math.round(since / 1000)} s: ${groups.join("; ")}. ` +
    "Give all of them the same files; SIGHUP makes one read them again"
  );
}

/** For how long any two of them have differed, in milliseconds; 0 where all are the same. */
function longestDifference(live: readonly Replica[]): Milliseconds {
  const pairs = live.flatMap((one) =>
    live
      .filter(({ configuration }) => configuration !== one.configuration)
      .map((other) => Math.min(one.configuredFor, other.configuredFor)),
  );
  return Math.max(0, ...pairs);
}

function whoIs(live: readonly Replica[]): string {
  return JSON.stringify(live.map(inWords));
}

function inWords({ host, version, schema, configuration }: Replica) {
  return { host, version, schema, configuration };
}
