import { createHash } from "node:crypto";
import { canonicalJson, type Json } from "../../core/json.ts";
import { streamOfJob } from "../job-stream.ts";
import type { DeadJob } from "../ledger.ts";
import type { KeptJob, LedgerContents } from "../ledger-contents.ts";

/**
 * SHA-256, in hexadecimal, over all that is moved but events, archived releases and command ids, of which
 * the ends of the chains and the counts are in it. The same in every store that holds the same.
 */
export async function contentsDigest(
  contents: Pick<LedgerContents, "counts" | "streams" | "jobs" | "deadJobs">,
): Promise<string> {
  const digest = createHash("sha256");
  const add = (value: unknown) => digest.update(`${canonicalJson(value as Json)}\n`);
  add(contents.counts);
  for await (const { stream, version, head, state } of contents.streams()) {
    add({ stream, version, head, state });
  }
  for (const kept of [...contents.jobs()].toSorted(byPlace)) {
    const { job, place, due, attempts, successor } = kept;
    add({ job, place, due, attempts, successor, stream: streamOfJob(job.body) });
  }
  for (const dead of [...contents.deadJobs()].toSorted(byStream)) add(dead);
  return digest.digest("hex");
}

function byPlace(a: KeptJob, b: KeptJob): number {
  return a.place - b.place;
}

/** Within a stream they are in the order of their burial, in every store. */
function byStream(a: DeadJob, b: DeadJob): number {
  if (a.stream === b.stream) return 0;
  return a.stream < b.stream ? -1 : 1;
}
