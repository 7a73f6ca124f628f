import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataRoot } from "../harness/temporary-folder.ts";
import { writePastLedger } from "../ledger/past-ledger.ts";

export interface Past {
  readonly components: number;
  readonly releasesEach: number;
}

const folders = new Map<string, Promise<string>>();

/**
 * The folder of a ledger that has lived long, made once for all benchmarks of a run, and gone at its end.
 * To make the large one takes minutes and some gigabytes: SLIPWAY_BENCH_LEDGER names a folder in which it
 * is kept for the next run.
 */
export function pastLedger(past: Past): Promise<string> {
  const name = `${past.components}x${past.releasesEach}`;
  const known = folders.get(name) ?? make(name, past);
  folders.set(name, known);
  return known;
}

async function make(name: string, past: Past): Promise<string> {
  const kept = process.env.SLIPWAY_BENCH_LEDGER;
  const folder = kept === undefined ? temporary() : join(kept, name);
  const whole = join(folder, "whole");
  const data = join(folder, "data");
  if (existsSync(whole)) return data;
  // What an earlier run did not finish.
  rmSync(data, { recursive: true, force: true });
  await writePastLedger(data, past);
  writeFileSync(whole, "");
  return data;
}

function temporary(): string {
  const folder = mkdtempSync(join(dataRoot(), "slipway-bench-past-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
