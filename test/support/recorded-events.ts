import { deferred } from "./deferred.ts";
import type { RunningApp } from "./running-app.ts";

/** How many events of a type the ledger has. */
export async function countOf(app: RunningApp, type: string): Promise<number> {
  let count = 0;
  for await (const { event } of app.ledger.read({ stream: null, since: null })) {
    if (event.type === type) count += 1;
  }
  return count;
}

/** The ledger tells of everything that is settled: what is waited for is looked for after each. */
export async function untilRecorded(app: RunningApp, type: string, count: number): Promise<void> {
  let told = deferred();
  const stop = app.ledger.onWork(() => told.resolve());
  while ((await countOf(app, type)) < count) {
    await told.promise;
    told = deferred();
  }
  stop();
}
