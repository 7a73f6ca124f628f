import { type ComponentState, findRelease } from "./core/component.ts";
import type { Milliseconds } from "./core/json.ts";
import { componentStream, type Ledger, type StreamId } from "./ledger/ledger.ts";
import type { Clock } from "./shared/clock.ts";
import { errorText } from "./shared/errors.ts";
import type { Logger } from "./shared/logger.ts";
import type { Telemetry } from "./shared/telemetry.ts";

export interface LiveReleases {
  /**
   * Brings `slipway_release_info` up to what is recorded, whoever recorded it. Never rejects; while the
   * ledger cannot be read, and when it takes too long, what was read last stays.
   */
  refresh(): Promise<void>;
}

/** A scrape is not held up for longer: Prometheus waits ten seconds by default. */
const PATIENCE: Milliseconds = 3_000;

type Labels = Readonly<Record<"component" | "version" | "environment", string>>;

/**
 * Which release is live where. Another replica may have changed it, so it is read when somebody asks: at
 * each scrape the versions of all streams, and of those that have moved the state.
 */
export function createLiveReleases(ports: {
  readonly ledger: Pick<Ledger, "versions" | "load">;
  readonly telemetry: Pick<Telemetry, "releaseInfo">;
  readonly clock: Clock;
  readonly logger: Logger;
}): LiveReleases {
  const { ledger, telemetry, clock, logger } = ports;
  const shown = new Map<StreamId, { readonly version: number; readonly live: readonly Labels[] }>();
  let reading: Promise<void> | null = null;

  async function read(): Promise<void> {
    for (const [stream, version] of await ledger.versions()) {
      if (!stream.startsWith(componentStream("")) || shown.get(stream)?.version === version)
        continue;
      const loaded = await ledger.load(stream);
      show(stream, loaded.version, liveIn(loaded.state as ComponentState | null));
    }
  }

  function show(stream: StreamId, version: number, live: readonly Labels[]): void {
    for (const was of shown.get(stream)?.live ?? []) telemetry.releaseInfo.remove(was);
    for (const is of live) telemetry.releaseInfo.set(is, 1);
    shown.set(stream, { version, live });
  }

  return {
    async refresh() {
      reading ??= read()
        .catch((error: unknown) => {
          logger.warn(
            { error: errorText(error) },
            "what is live could not be read for the metrics",
          );
        })
        .finally(() => {
          reading = null;
        });
      const inTime = new AbortController();
      await Promise.race([reading, clock.sleep(PATIENCE, inTime.signal)]);
      inTime.abort();
    },
  };
}

function liveIn(state: ComponentState | null): readonly Labels[] {
  if (state === null) return [];
  return Object.values(state.environments).flatMap(({ name, live }) => {
    const release = findRelease(state, live);
    if (release === undefined) return [];
    return [{ component: state.component, version: release.version, environment: name }];
  });
}
