import { emptyComponent } from "../../src/core/component.ts";
import { componentStream, type Ledger, type StreamWrite } from "../../src/ledger/ledger.ts";
import { openPostgresLedger } from "../../src/ledger/postgres/open-postgres-ledger.ts";
import { systemClock as clock } from "../../src/shared/clock.ts";
import { createLogger } from "../../src/shared/logger.ts";
import { serveParent } from "../harness/serve-parent.ts";
import {
  componentName,
  sampleEvents,
  sampleRelease,
  sampleState,
} from "../ledger/sample-component.ts";
import type { Past } from "../world/past-folder.ts";

export interface PastDatabase {
  readonly database: string;
  readonly past: Past;
}

/** Components, and releases of each, that are written with one commit. */
const COMPONENTS_AT_ONCE = 25;
const RELEASES_AT_ONCE = 20;

/**
 * Writes what components have gone through before, by the ledger itself: their releases in the archive, the
 * events and the ids of three commands of each. Many of them in one commit, which otherwise would take hours.
 */
await serveParent(async ({ database, past }: PastDatabase) => {
  const logger = createLogger({ level: "info", secrets: () => [] });
  const ledger = await openPostgresLedger({ url: database, clock, logger });
  for (let from = 0; from < past.releasesEach; from += RELEASES_AT_ONCE) {
    await writeReleases(ledger, past, from + 1);
  }
  await ledger.close();
  return { ready: null };
});

/** The next releases of every component, from this one on. */
async function writeReleases(ledger: Ledger, past: Past, first: number): Promise<void> {
  const last = Math.min(first + RELEASES_AT_ONCE - 1, past.releasesEach);
  const sequences = Array.from({ length: last - first + 1 }, (_, n) => first + n);
  for (let from = 0; from < past.components; from += COMPONENTS_AT_ONCE) {
    const to = Math.min(from + COMPONENTS_AT_ONCE, past.components);
    const components = Array.from({ length: to - from }, (_, n) => componentName(from + n));
    const ids = components.flatMap((component) => sequences.map((n) => `${component}/${n}`));
    await ledger.commit({
      expect: [],
      at: Date.UTC(2026, 10, 22),
      by: { kind: "system", name: "bench" },
      writes: components.map((component) =>
        releasesOf(component, sequences, last === past.releasesEach),
      ),
      jobs: [],
      commandIds: ids.flatMap((id) => [`${id}/1`, `${id}/2`, `${id}/3`]),
    });
  }
}

/** The state is written as large as it becomes only with the last releases. */
function releasesOf(
  component: string,
  sequences: readonly number[],
  areLast: boolean,
): StreamWrite {
  const releases = sequences.map((sequence) => sampleRelease(component, sequence));
  const last = sequences.at(-1) ?? 0;
  return {
    stream: componentStream(component),
    events: releases.flatMap(sampleEvents),
    state: areLast
      ? sampleState(component, last)
      : { ...emptyComponent(component), sequence: last },
    archived: releases,
  };
}
