import type { Claim, JobKind } from "../../../src/core/job.ts";
import type { Ledger, ReadQuery, RecordedEvent } from "../../../src/ledger/ledger.ts";
import type { FakeClock } from "../../support/fake-clock.ts";

/** One store with nothing in it, for one test. */
export interface LedgerUnderTest {
  readonly clock: FakeClock;
  open(): Promise<Ledger>;
  /** Closes what is open and opens it again: what was promised to be kept is there, and nothing else. */
  reopen(): Promise<Ledger>;
}

export type LedgerSetUp = () => LedgerUnderTest;

export const LEASE = 60_000;

const EVERYTHING: ReadQuery = { stream: null, since: null };

export async function recorded(
  ledger: Ledger,
  query: ReadQuery = EVERYTHING,
): Promise<readonly RecordedEvent[]> {
  return collected(ledger.read(query));
}

export async function collected<T>(values: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** Claims reviews, which is what the samples' jobs are, at the clock's time. */
export async function claimReviews(
  ledger: Ledger,
  clock: FakeClock,
  max = 10,
  kinds: readonly JobKind[] = ["review"],
): Promise<readonly Claim[]> {
  return ledger.claim(kinds, max, LEASE, clock.now());
}

/** The only claim there is to get. */
export async function claimOne(ledger: Ledger, clock: FakeClock): Promise<Claim> {
  const [claim, ...others] = await claimReviews(ledger, clock);
  if (claim === undefined || others.length > 0) {
    throw new Error(`expected one job to claim, got ${others.length + (claim ? 1 : 0)}`);
  }
  return claim;
}

export function keysOf(claims: readonly Claim[]): readonly string[] {
  return claims.map(({ key }) => key);
}
