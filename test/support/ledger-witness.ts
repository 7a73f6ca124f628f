import { verifyLedger } from "../../src/ledger/audit.ts";
import { componentStream, Duplicate, type Ledger } from "../../src/ledger/ledger.ts";
import { aCommit } from "./ledger-samples.ts";
import {
  ARCHIVE_EVERY,
  COMPONENTS,
  commandIdOf,
  jobKeyOf,
  type WorkloadNote,
} from "./ledger-workload.ts";

interface JobSeen {
  attempts: number;
  end: "open" | "settling" | "settled";
}

/** Remembers what a ledger has promised over all its crashes, and looks whether it keeps it. */
export class LedgerWitness {
  readonly #versions = new Map<string, number>(COMPONENTS.map((component) => [component, 0]));
  readonly #jobs = new Map<string, JobSeen>();
  #promises = 0;

  /** How many promises there were: each commit, claim and end of a job that the ledger said was done. */
  get promises(): number {
    return this.#promises;
  }

  note(note: WorkloadNote): void {
    if (note.kind !== "settling") this.#promises += 1;
    switch (note.kind) {
      case "committed":
        this.#versions.set(
          note.component,
          Math.max(note.version, this.#versions.get(note.component) ?? 0),
        );
        break;
      case "claimed": {
        const job = this.#job(note.key);
        job.attempts = Math.max(job.attempts, note.attempt);
        break;
      }
      case "settling":
      case "settled":
        this.#job(note.key).end = note.kind;
        break;
    }
  }

  /** What the ledger, opened again after a crash, does not keep; empty: it keeps all of it. */
  async complaints(ledger: Ledger): Promise<readonly string[]> {
    return [
      ...(await this.#aboutChain(ledger)),
      ...(await this.#aboutStreams(ledger)),
      ...(await this.#aboutJobs(ledger)),
    ];
  }

  async #aboutChain(ledger: Ledger): Promise<readonly string[]> {
    const verdict = await verifyLedger(ledger);
    if (verdict.kind !== "whole") return [`the chain is not whole: ${JSON.stringify(verdict)}`];
    let events = 0;
    for (const component of COMPONENTS) {
      events += (await ledger.load(componentStream(component))).version;
    }
    return events === verdict.events ? [] : [`${events} versions, but ${verdict.events} events`];
  }

  async #aboutStreams(ledger: Ledger): Promise<readonly string[]> {
    const complaints: string[] = [];
    for (const component of COMPONENTS) {
      const stream = componentStream(component);
      const { state, version } = await ledger.load(stream);
      const promised = this.#versions.get(component) ?? 0;
      if (version < promised) complaints.push(`${stream}: ${version} of ${promised} versions`);
      this.#versions.set(component, version);
      const sequence = state !== null && "sequence" in state ? state.sequence : 0;
      if (sequence !== version) complaints.push(`${stream}: state ${sequence} at ${version}`);
      const archived = await ledger.archivedReleases(stream, { before: null, limit: 1e6 });
      const found = archived.map((release) => release.sequence).reverse();
      const expected = multiplesUpTo(version);
      if (String(found) !== String(expected)) {
        complaints.push(`${stream}: archived ${String(found)}, not ${String(expected)}`);
      }
      if (version > 0 && !(await isRecorded(ledger, commandIdOf(component, version)))) {
        complaints.push(`${stream}: the command of version ${version} is not recorded`);
      }
    }
    return complaints;
  }

  /** Claims everything: what was settled must not come, and what was not must. */
  async #aboutJobs(ledger: Ledger): Promise<readonly string[]> {
    const complaints: string[] = [];
    const claimed = new Map<string, number>();
    for (;;) {
      const claims = await ledger.claim(["review"], 1000, 60_000, Date.now() + 60_000);
      if (claims.length === 0) break;
      for (const { key, attempt } of claims) claimed.set(key, attempt);
      await Promise.all(claims.map((claim) => ledger.settle(claim, { kind: "done" }, null)));
    }
    for (const component of COMPONENTS) {
      const { version } = await ledger.load(componentStream(component));
      for (let n = 1; n <= version; n += 1) {
        const key = jobKeyOf(component, n);
        const seen = this.#jobs.get(key) ?? { attempts: 0, end: "open" };
        const attempt = claimed.get(key);
        if (attempt !== undefined && seen.end === "settled") complaints.push(`${key} ran again`);
        if (attempt === undefined && seen.end === "open") complaints.push(`${key} was lost`);
        if (attempt !== undefined && attempt <= seen.attempts) {
          complaints.push(`${key} is at try ${attempt} after ${seen.attempts} claims`);
        }
        this.#jobs.set(key, { attempts: attempt ?? seen.attempts, end: "settled" });
      }
    }
    return complaints;
  }

  #job(key: string): JobSeen {
    const job = this.#jobs.get(key) ?? { attempts: 0, end: "open" };
    this.#jobs.set(key, job);
    return job;
  }
}

function multiplesUpTo(version: number): readonly number[] {
  const count = Math.floor(version / ARCHIVE_EVERY);
  return Array.from({ length: count }, (_, index) => (index + 1) * ARCHIVE_EVERY);
}

async function isRecorded(ledger: Ledger, commandId: string): Promise<boolean> {
  try {
    await ledger.commit(aCommit({ commandIds: [commandId] }));
    return false;
  } catch (error) {
    if (error instanceof Duplicate) return true;
    throw error;
  }
}
