import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyComponent } from "../../../src/core/component.ts";
import type { Claim } from "../../../src/core/job.ts";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import { collected, LEASE } from "../../contracts/ledger/set-up.ts";
import { aCommit, aJob, aRelease, aWrite, FEED, NOON, PYMK } from "../../support/ledger-samples.ts";
import { recordableValue } from "../../support/recordable-value.ts";
import { seededRandom } from "../../support/seeded-random.ts";
import { SimulatedDisk } from "../../support/simulated-disk.ts";
import { openOn } from "../../support/simulated-ledger.ts";

/** What happens to a ledger: a commit to one of two streams, or the end of the oldest job. */
const step = fc.oneof(
  fc.record({ stream: fc.constantFrom(FEED, PYMK), value: recordableValue, jobs: fc.nat(2) }),
  fc.constantFrom("done", "later", "dead"),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe("replaying the journal", () => {
  it("makes what was in memory when the process ended without warning", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const disk = new SimulatedDisk(seededRandom(1));
        const ledger = await openOn(disk);
        for (const [n, one] of steps.entries()) await take(ledger, one, n);
        const left = new SimulatedDisk(seededRandom(2));
        for (const [path, content] of disk.files()) left.put(path, content);
        const replayed = await openOn(left);
        expect(await everythingIn(replayed)).toStrictEqual(await everythingIn(ledger));
        await Promise.all([ledger.close(), replayed.close()]);
      }),
      { numRuns: 60 },
    );
  });
});

async function take(ledger: Ledger, one: Step, n: number): Promise<void> {
  if (typeof one === "object") {
    const { stream, value, jobs } = one;
    const component = stream.replace(/^component\//, "");
    const { state } = await ledger.load(stream);
    await ledger.commit(
      aCommit({
        writes: [
          aWrite({
            stream,
            count: n,
            state: { ...(state ?? emptyComponent(component)), settings: value } as never,
            archived: [aRelease(n, { id: `${component}@${n}` })],
          }),
        ],
        jobs: Array.from({ length: jobs }, (_, k) => aJob({ component, key: `${component}/${k}` })),
        commandIds: [`step-${n}`],
      }),
    );
    return;
  }
  const [claim] = await claimReviews(ledger, 1);
  if (claim === undefined) return;
  const settlement = {
    done: { kind: "done" },
    later: { kind: "later", at: n },
    dead: DEAD,
  } as const;
  await ledger.settle(claim, settlement[one], null);
}

const DEAD = { kind: "dead", error: "it never works" } as const;

async function everythingIn(ledger: Ledger): Promise<unknown> {
  const streams = [...(await ledger.versions()).keys()].sort();
  return {
    streams: await Promise.all(streams.map(async (stream) => [stream, await ledger.load(stream)])),
    events: await collected(ledger.read({ stream: null, since: null })),
    archived: await ledger.archivedReleases(FEED, { before: null, limit: 100 }),
    dead: await ledger.deadJobs(),
    jobs: (await claimReviews(ledger, 100)).map(({ token: _, ...job }) => job),
  };
}

function claimReviews(ledger: Ledger, max: number): Promise<readonly Claim[]> {
  return ledger.claim(["review"], max, LEASE, NOON);
}
