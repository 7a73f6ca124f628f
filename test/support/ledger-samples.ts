import type { Actor } from "../../src/core/actor.ts";
import { emptyComponent } from "../../src/core/component.ts";
import type { DomainEvent } from "../../src/core/event.ts";
import { type Claim, type JobBody, job, type NewJob } from "../../src/core/job.ts";
import type { Release } from "../../src/core/release.ts";
import {
  type Commit,
  componentStream,
  type Ledger,
  type StreamId,
  type StreamWrite,
} from "../../src/ledger/ledger.ts";

export const NOON = Date.UTC(2026, 10, 22, 12);

export const DANA: Actor = { kind: "person", id: "U024BE7LH", name: "dana" };

/** The stream of the component that most tests are about. */
export const FEED: StreamId = componentStream("svc-feed");
export const PYMK: StreamId = componentStream("model-pymk");

export function superseded(version: string, component = "svc-feed"): DomainEvent {
  return {
    type: "ReleaseSuperseded",
    release: `${component}@${version}`,
    supersededBy: `${component}@next`,
  };
}

/** A write of one event; the state after it counts the builds, so that states differ. */
export function aWrite(overrides: Partial<StreamWrite> & { readonly count?: number } = {}) {
  const { count = 1, ...rest } = overrides;
  const stream = rest.stream ?? FEED;
  const component = stream.replace(/^component\//, "");
  const write: StreamWrite = {
    stream,
    events: [superseded(`${count}.0.0`, component)],
    state: { ...emptyComponent(component), sequence: count },
    archived: [],
    ...rest,
  };
  return write;
}

export function aCommit(overrides: Partial<Commit> = {}): Commit {
  return { expect: [], at: NOON, by: DANA, writes: [], jobs: [], commandIds: [], ...overrides };
}

/** The commit that takes a stream from version `from` to the next one. */
export function nextCommit(
  stream: StreamId,
  from: number,
  overrides: Partial<Commit> = {},
): Commit {
  return aCommit({
    expect: [{ stream, version: from }],
    writes: [aWrite({ stream, count: from + 1 })],
    ...overrides,
  });
}

export function aJob(overrides: Partial<NewJob> & { readonly component?: string } = {}): NewJob {
  const { component = "svc-feed", ...rest } = overrides;
  const body: JobBody = { kind: "review", component };
  return { ...job(`review:${component}`, NOON, body), ...rest };
}

export function aRelease(sequence: number, overrides: Partial<Release> = {}): Release {
  const version = `${sequence}.0.0`;
  return {
    id: `svc-feed@${version}`,
    version,
    sequence,
    registeredAt: NOON + sequence,
    builtAt: NOON + sequence,
    build: {
      version,
      outcome: "success",
      source: "ci",
      run: { id: `run-${sequence}`, attempt: 1, url: null },
      trigger: "code",
      startedBy: null,
      startedAt: null,
      finishedAt: null,
      artifact: { uri: `registry.example/feed:${version}`, digest: null },
      commit: null,
      metrics: { p95_latency_ms: 21.4 },
      slices: {},
      tests: { passed: 812, failed: 0, skipped: 3 },
      checks: [],
      datasets: [],
      notes: null,
    },
    revision: 1,
    status: { kind: "superseded", by: "svc-feed@next", at: NOON + sequence },
    gates: {},
    promotions: [],
    notes: null,
    messages: {},
    ...overrides,
  };
}

/** Claims every review that is due. */
export function claimAll(ledger: Ledger): Promise<readonly Claim[]> {
  return ledger.claim(["review"], 100, 60_000, NOON);
}
