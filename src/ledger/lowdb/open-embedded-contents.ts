import type { Clock } from "../../shared/clock.ts";
import { ConfigError } from "../../shared/errors.ts";
import type { LedgerContents } from "../ledger-contents.ts";
import { SCHEMA } from "../schema.ts";
import { checkKnown } from "./check-known.ts";
import type { FileSystem } from "./file-system.ts";
import { imageContents } from "./image-contents.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { loadImage } from "./load-image.ts";
import { nodeFileSystem } from "./node-file-system.ts";
import { takeFolder } from "./sole-owner.ts";

export interface EmbeddedContents extends LedgerContents {
  close(): Promise<void>;
}

/**
 * Opens the ledger in a folder to be read only, by nobody else meanwhile. Nothing in the folder is changed
 * but the file that says whose it is.
 * @throws ConfigError where no ledger is there; FolderInUse, Damaged, UnknownSchema
 */
export async function openEmbeddedContents(options: {
  readonly directory: string;
  readonly clock: Clock;
}): Promise<EmbeddedContents> {
  const { directory, clock } = options;
  const layout = layoutOf(directory);
  if (!isLedgerThere(nodeFileSystem, layout)) {
    throw new ConfigError([
      `there is no ledger in ${directory}: name the folder that SLIPWAY_DATA named`,
    ]);
  }
  const owner = await takeFolder(directory, clock);
  try {
    const { image } = loadImage(nodeFileSystem, layout);
    checkKnown(image, directory, SCHEMA);
    return {
      ...imageContents(image),
      checkAlone: async () => owner.check(),
      close: () => owner.release(),
    };
  } catch (error) {
    await owner.release();
    throw error;
  }
}

function isLedgerThere(files: FileSystem, { journal, checkpoint }: Layout): boolean {
  return files.list(journal).length > 0 || files.readFile(checkpoint) !== null;
}
