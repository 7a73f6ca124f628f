import type { ComponentState } from "../../src/core/component.ts";
import { job } from "../../src/core/job.ts";
import { type Commit, componentStream, type Ledger } from "../../src/ledger/ledger.ts";
import { cpuTime } from "../harness/cpu-time.ts";
import {
  componentName,
  KEPT,
  sampleEvents,
  sampleRelease,
  sampleState,
} from "./sample-component.ts";

export interface Batch {
  readonly inFlight: number;
  readonly commits: number;
}

export interface Measured {
  readonly seconds: number;
  /** Of the processor, in all threads. */
  readonly cpuSeconds: number;
}

/**
 * Commits as they are when a component gets its next release: that release, with its gates and a promotion,
 * enters a state of about 30 KB; the oldest one leaves it for the archive; two events, one job, one id.
 */
export class SampleCommits {
  readonly #ledger: Ledger;
  readonly #components: number;
  readonly #sequences: number[];

  constructor(
    ledger: Ledger,
    past: { readonly components: number; readonly releasesEach: number },
  ) {
    this.#ledger = ledger;
    this.#components = past.components;
    this.#sequences = Array.from({ length: past.components }, () => past.releasesEach);
  }

  /** So many commits, at any time so many of them under way, no two of which write the same component. */
  async run({ inFlight, commits }: Batch): Promise<Measured> {
    if (inFlight > this.#components) throw new RangeError("there are fewer components than that");
    let left = commits;
    const before = cpuTime();
    const start = performance.now();
    const senders = Array.from({ length: inFlight }, async (_, sender) => {
      for (let index = sender; left > 0; index = this.#after(index, inFlight, sender)) {
        left -= 1;
        await this.#commitTo(index);
      }
    });
    await Promise.all(senders);
    return {
      seconds: (performance.now() - start) / 1e3,
      cpuSeconds: (cpuTime() - before) / 1e3,
    };
  }

  #after(index: number, inFlight: number, sender: number): number {
    const next = index + inFlight;
    return next < this.#components ? next : sender;
  }

  async #commitTo(index: number): Promise<void> {
    const stream = componentStream(componentName(index));
    const { version, state } = await this.#ledger.load(stream);
    const sequence = (this.#sequences[index] ?? 0) + 1;
    this.#sequences[index] = sequence;
    await this.#ledger.commit(nextCommit(index, sequence, version, state as ComponentState | null));
  }
}

function nextCommit(
  index: number,
  sequence: number,
  version: number,
  before: ComponentState | null,
): Commit {
  const component = componentName(index);
  const stream = componentStream(component);
  const release = sampleRelease(component, sequence);
  const { releases, ...rest } = before ?? sampleState(component, 0);
  const [oldest, ...kept] = Object.entries(releases).sort(
    ([, a], [, b]) => a.sequence - b.sequence,
  );
  const leaves = oldest !== undefined && kept.length + 1 >= KEPT ? oldest : null;
  const stays = leaves === null ? releases : Object.fromEntries(kept);
  const state = { ...rest, sequence, releases: { ...stays, [release.id]: release } };
  const archived = leaves === null ? [] : [leaves[1]];
  return {
    expect: [{ stream, version }],
    at: release.registeredAt,
    by: { kind: "system", name: "bench" },
    writes: [{ stream, events: sampleEvents(release), state, archived }],
    jobs: [job(`review:${component}`, release.registeredAt, { kind: "review", component })],
    commandIds: [`report:${release.id}`],
  };
}
