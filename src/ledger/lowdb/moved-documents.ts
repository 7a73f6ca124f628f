import { streamOfJob } from "../job-stream.ts";
import type { DeadJob, StreamId } from "../ledger.ts";
import type { KeptJob, KeptStream, LedgerContents } from "../ledger-contents.ts";
import { SCHEMA } from "../schema.ts";
import { documentFile } from "./document-file.ts";
import { type FileSystem, replaceFile } from "./file-system.ts";
import type { Layout } from "./layout.ts";
import { emptyDocument, type PendingJob, type StreamDocument } from "./stream-document.ts";

/** The documents of a ledger that is moved into a folder: states, with the jobs of each stream. */
export class MovedDocuments {
  readonly #files: FileSystem;
  readonly #layout: Layout;
  readonly #jobs = new Map<StreamId, KeptJob[]>();
  readonly #dead = new Map<StreamId, DeadJob[]>();
  readonly #written = new Set<StreamId>();

  constructor(files: FileSystem, layout: Layout, contents: LedgerContents) {
    this.#files = files;
    this.#layout = layout;
    for (const kept of contents.jobs()) add(this.#jobs, streamOfJob(kept.job.body), kept);
    for (const dead of contents.deadJobs()) add(this.#dead, dead.stream, dead);
  }

  /** Durable when it resolves, and a second time the same. */
  async write(streams: readonly KeptStream[]): Promise<void> {
    const directories = new Set<string>();
    for (const kept of streams) directories.add(await this.#write(kept));
    for (const directory of directories) await this.#files.syncDirectory(directory);
  }

  /** Those of streams that have jobs and no state. */
  async writeRest(): Promise<void> {
    const streams = new Set([...this.#jobs.keys(), ...this.#dead.keys()]);
    const rest = [...streams].filter((stream) => !this.#written.has(stream));
    const directories = new Set<string>();
    for (const stream of rest) directories.add(await this.#write(emptyDocument(stream)));
    for (const directory of directories) await this.#files.syncDirectory(directory);
  }

  async #write(kept: Pick<StreamDocument, "stream" | "version" | "head" | "state">) {
    const { stream, version, head, state } = kept;
    const jobs = (this.#jobs.get(stream) ?? []).map((job) => [job.job.key, pending(job)] as const);
    const dead = this.#dead.get(stream) ?? [];
    const whole: StreamDocument = {
      ...{ stream, version, head, state },
      jobs: Object.fromEntries(jobs),
      dead,
      schema: SCHEMA,
    };
    const { directory, path } = this.#layout.document(stream);
    await replaceFile(this.#files, path, [documentFile(whole)]);
    this.#written.add(stream);
    return directory;
  }
}

function pending({ job, place, due, attempts, successor }: KeptJob): PendingJob {
  return {
    ...{ job, order: place, due, attempts },
    successor: successor === null ? null : { job: successor.job, order: successor.place },
  };
}

function add<T>(all: Map<StreamId, T[]>, stream: StreamId, one: T): void {
  const ofStream = all.get(stream) ?? [];
  all.set(stream, ofStream);
  ofStream.push(one);
}
