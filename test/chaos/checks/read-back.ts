import { fileReaders } from "../../../src/config/file-readers.ts";
import { createPolicyStore } from "../../../src/config/policy-store.ts";
import { readSettings } from "../../../src/config/settings.ts";
import { watchFolder } from "../../../src/config/watch-folder.ts";
import type { ComponentState } from "../../../src/core/component.ts";
import type { Policy } from "../../../src/core/policy.ts";
import type { Release } from "../../../src/core/release.ts";
import {
  type DeadJob,
  GLOBAL_STREAM,
  type Ledger,
  type RecordedEvent,
  type StreamState,
} from "../../../src/ledger/ledger.ts";
import { openLedger } from "../../../src/open-ledger.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { quietLog } from "../../support/quiet-log.ts";

/** All that the ledger holds when every replica has stopped. */
export interface ReadBack {
  readonly ledger: Ledger;
  readonly policy: Policy;
  readonly events: readonly RecordedEvent[];
  readonly states: ReadonlyMap<string, StreamState>;
  readonly archived: ReadonlyMap<string, Release>;
  readonly dead: readonly DeadJob[];
  close(): Promise<void>;
}

/** Opens the ledger as `slipway serve` would, and reads everything. */
export async function readBack(environment: Readonly<Record<string, string>>): Promise<ReadBack> {
  const settings = readSettings({ environment, readFile: fileReaders.readFile, slack: "required" });
  const ledger = await openLedger(settings, systemClock, quietLog);
  const store = createPolicyStore({
    path: settings.configPath,
    environment,
    readers: fileReaders,
    clock: systemClock,
    logger: quietLog,
    watchFolder,
  });
  const events: RecordedEvent[] = [];
  for await (const event of ledger.read({ stream: null, since: null })) events.push(event);
  const states = new Map<string, StreamState>();
  const archived = new Map<string, Release>();
  for (const stream of (await ledger.versions()).keys()) {
    const { state } = await ledger.load(stream);
    if (state !== null) states.set(stream, state);
    for (const release of await archivedOf(ledger, stream)) archived.set(release.id, release);
  }
  return {
    ledger,
    policy: store.policy(),
    events,
    states,
    archived,
    dead: await ledger.deadJobs(),
    close: () => ledger.close(),
  };
}

async function archivedOf(ledger: Ledger, stream: string): Promise<readonly Release[]> {
  if (stream === GLOBAL_STREAM) return [];
  const all: Release[] = [];
  for (;;) {
    const page = await ledger.archivedReleases(stream, {
      before: all.at(-1)?.id ?? null,
      limit: 100,
    });
    if (page.length === 0) return all;
    all.push(...page);
  }
}

/** The states of the components, without that of the freezes over everything. */
export function componentsOf({ states }: Pick<ReadBack, "states">): readonly ComponentState[] {
  return [...states]
    .filter(([stream]) => stream !== GLOBAL_STREAM)
    .map(([, state]) => state as ComponentState);
}
