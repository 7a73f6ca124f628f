import { writeMark } from "../../src/ledger/lowdb/checkpoint-mark.ts";
import { openSegment } from "../../src/ledger/lowdb/journal.ts";
import { layoutOf } from "../../src/ledger/lowdb/layout.ts";
import { nodeFileSystem } from "../../src/ledger/lowdb/node-file-system.ts";
import { startChild } from "../harness/child.ts";
import type { PastGroup } from "./past-group.ts";

/** Components whose next releases together fill a journal segment of 16 MB, about. */
const COMPONENTS_PER_SEGMENT = 500;
const GROUP = new URL("past-group.ts", import.meta.url);

/**
 * Writes the files of a ledger that has lived long: every component with so many past releases, each with
 * its events and the ids of three commands. Not through the journal, whose lines would have been removed
 * long ago, but by the functions that the store itself writes its archive, its documents and its mark
 * with; what it wrote verifies. Group by group of components, each in a process of its own: nothing of one
 * depends on another, and where each event stands is known beforehand.
 */
export async function writePastLedger(
  directory: string,
  past: { readonly components: number; readonly releasesEach: number },
): Promise<void> {
  const layout = layoutOf(directory);
  for (const folder of [layout.journal, layout.components, layout.archive]) {
    nodeFileSystem.makeDirectory(folder);
  }
  const groups = Math.ceil(past.components / COMPONENTS_PER_SEGMENT);
  const size = Math.ceil(past.components / groups);
  const written = await Promise.all(
    Array.from({ length: groups }, (_, group) => {
      const from = group * size;
      const to = Math.min(from + size, past.components);
      const settings: PastGroup = { directory, past, group, groups, from, to };
      return startChild<number>(GROUP, settings);
    }),
  );
  for (const child of written) await child.stop();
  const position = written.reduce((sum, { ready: events }) => sum + events, 0);
  const segment = past.releasesEach * groups;
  const line = 3 * past.components * past.releasesEach;
  await writeMark(nodeFileSystem, layout, { segment, line, position });
  await (await openSegment(nodeFileSystem, layout, segment + 1)).close();
}
