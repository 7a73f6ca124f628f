import type { Clock } from "../../shared/clock.ts";
import { ConfigError } from "../../shared/errors.ts";
import { type AuditVerdict, verifyLedger } from "../audit.ts";
import type { ContentCounts, LedgerContents } from "../ledger-contents.ts";
import { contentsDigest } from "../move/contents-digest.ts";
import type { Batch, Beginning, LedgerTarget, Progress } from "../move/ledger-target.ts";
import { differences } from "../move/move-ledger.ts";
import { Archive } from "./archive.ts";
import { writeArchive } from "./archive-writer.ts";
import {
  type CheckpointMark,
  moveUnderWay,
  readCheckpoint,
  writeMark,
  writeMoveMark,
} from "./checkpoint-mark.ts";
import type { FileSystem } from "./file-system.ts";
import type { LedgerImage } from "./image.ts";
import { imageContents } from "./image-contents.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { loadImageFrom } from "./load-image.ts";
import { readMoveRecord, writeMoveRecord } from "./move-record.ts";
import { MovedDocuments } from "./moved-documents.ts";
import { archivePart } from "./moved-part.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { type SoleOwner, takeFolder } from "./sole-owner.ts";

export interface FolderTarget extends LedgerTarget {
  close(): Promise<void>;
}

/**
 * A folder, new, empty or interrupted in a move, that takes in a ledger; it is made where it is not there.
 * @throws FolderInUse
 */
export async function openFolderTarget(options: {
  readonly directory: string;
  readonly clock: Clock;
}): Promise<FolderTarget> {
  const { directory, clock } = options;
  nodeFileSystem.makeDirectory(directory);
  const owner = await takeFolder(directory, clock);
  return new MoveIntoFolder(nodeFileSystem, owner, options);
}

interface FolderTargetOptions {
  readonly directory: string;
  readonly clock: Clock;
  /** For tests, which have little. */
  readonly batchSizes?: LedgerTarget["batchSizes"];
}

/** The same on any file system, by who owns the folder. */
export function folderTargetOn(
  files: FileSystem,
  owner: SoleOwner,
  options: FolderTargetOptions,
): FolderTarget {
  return new MoveIntoFolder(files, owner, options);
}

/** About as much as a segment of the journal leaves in the archive. */
const BATCH_SIZES: LedgerTarget["batchSizes"] = {
  events: 5_000,
  "archived releases": 5_000,
  "command ids": 100_000,
  streams: 100,
};

/** A move of which it is known where from. */
interface Taken {
  readonly contents: LedgerContents;
  readonly name: string;
  readonly documents: MovedDocuments;
}

/**
 * Writes the files of a ledger that has archived and checkpointed everything: each batch is a segment of the
 * archive, so the archive itself says how far it has come. Documents are few beside that, and are written
 * anew after an interruption. The mark of the checkpoint comes last, in place of the one that keeps everybody
 * out.
 */
class MoveIntoFolder implements FolderTarget {
  readonly batchSizes: LedgerTarget["batchSizes"];
  readonly #files: FileSystem;
  readonly #layout: Layout;
  readonly #owner: SoleOwner;
  readonly #clock: Clock;
  #taken: Taken | null = null;
  /** What is there, as the next start will find it. */
  #image: LedgerImage | null = null;
  /** The last segment of the archive. */
  #segment = 0;
  /** Of the last event. */
  #position = 0;

  constructor(files: FileSystem, owner: SoleOwner, options: FolderTargetOptions) {
    const { directory, clock, batchSizes = BATCH_SIZES } = options;
    this.batchSizes = batchSizes;
    this.#files = files;
    this.#owner = owner;
    this.#layout = layoutOf(directory);
    this.#clock = clock;
  }

  async begin(contents: LedgerContents, name: string): Promise<Beginning> {
    const { source, at } = readMoveRecord(this.#files, this.#layout) ?? { source: null, at: 0 };
    const checkpoint = readCheckpoint(this.#files, this.#layout);
    if (checkpoint === null) {
      this.#refuseUsed();
      await writeMoveMark(this.#files, this.#layout, { source: contents.identity, name });
    } else if ("moving" in checkpoint) {
      const { moving } = checkpoint;
      if (moving.source !== contents.identity) throw this.#otherUnderWay(moving.name, name);
    } else if (source === contents.identity) {
      return { kind: "finished", at: new Date(at) };
    } else {
      throw holdsALedger(this.#layout);
    }
    const { journal, components, archive } = this.#layout;
    for (const directory of [journal, components, archive]) this.#files.makeDirectory(directory);
    const documents = new MovedDocuments(this.#files, this.#layout, contents);
    this.#taken = { contents, name, documents };
    return checkpoint === null ? { kind: "new" } : { kind: "resumed", from: this.#progress() };
  }

  async put(batch: Batch): Promise<void> {
    this.#owner.check();
    if (batch.stage === "streams") return this.#move().documents.write(batch.items);
    const segment = this.#segment + 1;
    const { part, position } = archivePart(batch, this.#position);
    await writeArchive(this.#files, this.#layout, { segment, ...part });
    this.#segment = segment;
    this.#position = position;
  }

  async verify(): Promise<AuditVerdict> {
    await this.#move().documents.writeRest();
    await this.#beginJournal();
    const { image } = loadImageFrom(this.#mark(), this.#files, this.#layout);
    this.#image = image;
    return verifyLedger({
      versions: async () => image.documents.versions(),
      load: async (stream) => image.documents.get(stream),
      read: (query) => image.archive.read(query),
      anchors: async () => [],
    });
  }

  async finish(): Promise<ContentCounts> {
    const { contents, name } = this.#move();
    if (this.#image === null) throw new Error("nothing is finished that was not verified");
    const there = imageContents(this.#image);
    const differing = differences(contents.counts, there.counts);
    if (
      differing.length === 0 &&
      (await contentsDigest(contents)) !== (await contentsDigest(there))
    )
      differing.push("the states or jobs that are there are not those that were to be moved");
    if (differing.length > 0) throw new ConfigError([`${differing.join("; ")}: ${this.#anew()}`]);
    const { identity: source } = contents;
    await writeMoveRecord(this.#files, this.#layout, { source, name, at: this.#clock.now() });
    this.#owner.check();
    await writeMark(this.#files, this.#layout, this.#mark());
    return there.counts;
  }

  close(): Promise<void> {
    return this.#owner.release();
  }

  #move(): Taken {
    if (this.#taken === null) throw new Error("nothing is taken in before `begin`");
    return this.#taken;
  }

  #mark(): CheckpointMark {
    return { segment: this.#segment, line: 0, position: this.#position };
  }

  #progress(): Progress {
    const archive = new Archive(this.#files, this.#layout);
    archive.load();
    let [events, releases, commands] = [0, 0, 0];
    for (const segment of archive.parts().segments) {
      events += segment.events;
      releases += segment.releases;
      commands += segment.commands;
    }
    this.#segment = archive.lastArchived();
    this.#position = events;
    if (commands > 0) return { stage: "command ids", done: commands };
    if (releases > 0) return { stage: "archived releases", done: releases };
    return { stage: "events", done: events };
  }

  /** The segment that the next start writes to: empty. */
  async #beginJournal(): Promise<void> {
    const file = await this.#files.open(this.#layout.segment(this.#segment + 1), "replace");
    await file.sync();
    await file.close();
    await this.#files.syncDirectory(this.#layout.journal);
  }

  #refuseUsed(): void {
    const { root, journal } = this.#layout;
    if (this.#files.list(journal).length > 0) throw holdsALedger(this.#layout);
    const present = this.#files.list(root).filter((name) => !OWN.test(name));
    if (present.length === 0) return;
    throw new ConfigError([
      `${root} is not empty (${present.slice(0, 3).join(", ")}): name a new folder`,
    ]);
  }

  #otherUnderWay(other: string, name: string): ConfigError {
    const sentence = moveUnderWay(other, this.#layout);
    return new ConfigError([
      other === name ? `${name} has changed since this was begun: ${sentence}` : sentence,
    ]);
  }

  #anew(): string {
    return `not moved, and nothing can start on ${this.#layout.root}. Remove it, and begin anew`;
  }
}

/** What taking the folder, and marking it, leave in it. */
const OWN = /^(?:epoch|epoch\..+\.tmp|checkpoint\.json\.tmp)$/;

function holdsALedger({ root }: Layout): ConfigError {
  return new ConfigError([`${root} holds a ledger already: name a new folder`]);
}
