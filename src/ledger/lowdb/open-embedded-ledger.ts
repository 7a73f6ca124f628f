import { join } from "node:path";
import type { Clock } from "../../shared/clock.ts";
import type { Logger } from "../../shared/logger.ts";
import type { Health, Ledger } from "../ledger.ts";
import { SCHEMA } from "../schema.ts";
import { checkKnown } from "./check-known.ts";
import type { CheckpointMark } from "./checkpoint-mark.ts";
import { Checkpointer } from "./checkpointer.ts";
import { type Disk, EmbeddedLedger } from "./embedded-ledger.ts";
import { type FileSystem, TEMPORARY } from "./file-system.ts";
import { Journal, type JournalEnd, openSegment } from "./journal.ts";
import { JournalStore } from "./journal-store.ts";
import { type Layout, layoutOf, segmentOf } from "./layout.ts";
import { type LoadedImage, loadImage } from "./load-image.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { type SoleOwner, takeFolder } from "./sole-owner.ts";

export interface EmbeddedLedgerOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** A segment of the journal ends when it is longer than this, at the end of a batch. */
  readonly segmentBytes?: number;
  /** The documents are written to their files when so many segments have ended. */
  readonly checkpointEvery?: number;
  /** In place of this program's `SCHEMA`: for tests, as a newer or older version would have it. */
  readonly schema?: number;
}

const SEGMENT_BYTES = 16 * 1024 * 1024;
/**
 * Seldom enough that a thousand documents cost each commit little, and often enough that a start after a
 * crash has at most some tens of megabytes to replay.
 */
const CHECKPOINT_EVERY = 3;

/**
 * Opens the ledger in a folder, which is made where it is not there, for this process alone.
 * @throws FolderInUse, Damaged, UnknownSchema; ConfigError where a ledger is being moved into it. Nothing was
 * changed then
 */
export async function openEmbeddedLedger(options: EmbeddedLedgerOptions): Promise<Ledger> {
  nodeFileSystem.makeDirectory(options.directory);
  const owner = await takeFolder(options.directory, options.clock);
  try {
    return await openLedgerOn(nodeFileSystem, owner, options);
  } catch (error) {
    await owner.release();
    throw error;
  }
}

/** The same on any file system, by who owns the folder. */
export async function openLedgerOn(
  files: FileSystem,
  owner: SoleOwner,
  options: EmbeddedLedgerOptions,
): Promise<Ledger> {
  const { clock, logger = null, schema = SCHEMA } = options;
  const layout = layoutOf(options.directory);
  const loaded = loadImage(files, layout);
  checkKnown(loaded.image, options.directory, schema);
  const { image, mark } = loaded;
  const end = await prepare(files, layout, loaded, logger);

  const checkpointer: Checkpointer = new Checkpointer({
    files,
    layout,
    clock,
    logger,
    image,
    mark,
    every: options.checkpointEvery ?? CHECKPOINT_EVERY,
    failed: (why) => journal.breakDown(why),
  });
  const journal: Journal = new Journal({
    files,
    layout,
    clock,
    owner,
    segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
    end,
    watcher: {
      rolled: (segment, line) => checkpointer.ended({ segment, line, position: image.position }),
      mayRoll: () => !checkpointer.isBusy(),
      catchUp: () => checkpointer.caughtUp(),
      refused: () => ledger.refused(),
    },
  });
  const disk: Disk = {
    store: new JournalStore(image, journal),
    health: (): Health => journal.health(),
    failure: () => journal.failure,
    checkWritable: () => journal.check(),
    close: async () => {
      await journal.close();
      await checkpointer.close({ finish: journal.health().ok });
      await owner.release();
    },
  };
  const ledger: EmbeddedLedger = new EmbeddedLedger(image, disk, clock, schema);
  for (const segment of endedSegments(loaded)) checkpointer.ended(segment);
  return ledger;
}

/** The journal's segments that nothing is written to any more. */
function endedSegments({ segments }: LoadedImage): readonly CheckpointMark[] {
  const ended = segments.slice(0, -1);
  return ended.map(({ segment, lastLine: line, position }) => ({ segment, line, position }));
}

/** From here on the folder is changed: what an end without warning left behind is put in order. */
async function prepare(
  files: FileSystem,
  layout: Layout,
  { mark, segments }: LoadedImage,
  logger: Logger | null,
): Promise<JournalEnd> {
  for (const directory of [layout.journal, layout.components, layout.archive]) {
    files.makeDirectory(directory);
    await removeFrom(files, directory, (name) => name.endsWith(TEMPORARY));
  }
  await removeFrom(files, layout.root, (name) => name.endsWith(TEMPORARY));
  await removeFrom(files, layout.journal, (name) => (segmentOf(name) ?? Infinity) <= mark.segment);
  const last = segments.at(-1);
  if (last === undefined) {
    const segment = mark.segment + 1;
    const file = await openSegment(files, layout, segment);
    return { segment, file, bytes: 0, lastLine: mark.line };
  }
  const { segment, bytes, lastLine, tornBytes } = last;
  const file = await files.open(layout.segment(segment), "write");
  if (tornBytes > 0) {
    await file.truncate(bytes);
    await file.sync();
    const fields = { file: layout.segment(segment), bytes: tornBytes };
    logger?.warn(fields, "cut off the end of the journal that was being written");
  }
  return { segment, file, bytes, lastLine };
}

async function removeFrom(
  files: FileSystem,
  directory: string,
  isToGo: (name: string) => boolean,
): Promise<void> {
  for (const name of files.list(directory)) {
    if (isToGo(name)) await files.remove(join(directory, name));
  }
}
