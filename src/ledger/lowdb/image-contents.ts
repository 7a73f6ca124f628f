import { createHash } from "node:crypto";
import { canonicalJson, type Json } from "../../core/json.ts";
import type { ContentCounts, KeptJob, KeptStream, LedgerContents } from "../ledger-contents.ts";
import { eventsAfter, fingerprintsFrom, releasesFrom } from "./archive-contents.ts";
import type { Documents } from "./documents.ts";
import type { Fingerprint } from "./fingerprint-set.ts";
import type { LedgerImage } from "./image.ts";

/** Everything that an image holds, while nothing is added to it. */
export function imageContents(image: LedgerImage): Omit<LedgerContents, "checkAlone"> {
  const { documents, archive, position } = image;
  const parts = archive.parts();
  const all = [...documents.all()].toSorted((a, b) => (a.stream < b.stream ? -1 : 1));
  const dead = documents.dead();
  const jobs = all
    .flatMap(({ jobs }) => Object.values(jobs))
    .map(
      ({ order, successor, ...rest }): KeptJob => ({
        ...rest,
        place: order,
        successor: successor === null ? null : { job: successor.job, place: successor.order },
      }),
    );
  const streams = function* (): Generator<KeptStream> {
    for (const { stream, version, head } of all) {
      const { state } = documents.get(stream);
      if (state !== null) yield { stream, version, head, state };
    }
  };
  let streamCount = 0;
  for (const _ of streams()) streamCount += 1;
  const counts = {
    streams: streamCount,
    events: position,
    archivedReleases: archive.releaseCount,
    pendingJobs: jobs.length,
    deadJobs: dead.length,
    commandIds: archive.commandCount,
  };
  return {
    identity: identityOf(documents, counts),
    counts,
    position,
    place: jobs.reduce(
      (most, { place, successor }) => Math.max(most, place, successor?.place ?? 0),
      0,
    ),
    streams,
    jobs: () => jobs,
    deadJobs: () => dead,
    events: (after) => eventsAfter(parts, after),
    archivedReleases: (skip) => releasesFrom(parts, skip),
    commandFingerprints: async function* (skip) {
      for await (const fingerprint of fingerprintsFrom(parts, skip)) yield asNumber(fingerprint);
    },
  };
}

/** Of the documents; the events are in it by the heads of their chains. */
function identityOf(documents: Documents, counts: ContentCounts): string {
  const digest = createHash("sha256");
  const streams = [...documents.all()].map(({ stream }) => stream).toSorted();
  for (const stream of streams) {
    digest.update(canonicalJson(documents.get(stream) as unknown as Json));
  }
  return digest.update(JSON.stringify(counts)).digest("hex");
}

/** The same 64 bits as one signed number in decimal, as the ledger in PostgreSQL keeps them. */
function asNumber({ high, low }: Fingerprint): string {
  return String((BigInt(low) << 32n) | BigInt(high >>> 0));
}
