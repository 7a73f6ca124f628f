import { openEmbeddedLedger } from "../../src/ledger/lowdb/open-embedded-ledger.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { cpuTime } from "../harness/cpu-time.ts";
import { serveParent } from "../harness/serve-parent.ts";
import { type Batch, SampleCommits } from "./sample-commits.ts";

export interface LedgerSettings {
  readonly directory: string;
  readonly past: { readonly components: number; readonly releasesEach: number };
}

export interface Opened {
  readonly seconds: number;
  /** Of the processor, in all threads. */
  readonly cpuSeconds: number;
  /** Megabytes of memory when it was open. */
  readonly memory: number;
}

await serveParent<LedgerSettings>(async ({ directory, past }) => {
  const before = cpuTime();
  const start = performance.now();
  const ledger = await openEmbeddedLedger({ directory, clock: systemClock });
  const opened: Opened = {
    seconds: (performance.now() - start) / 1e3,
    cpuSeconds: (cpuTime() - before) / 1e3,
    memory: megabytes(),
  };
  const commits = new SampleCommits(ledger, past);
  return {
    ready: opened,
    answer: (request) =>
      request === "memory" ? Promise.resolve(megabytes()) : commits.run(request as Batch),
    stop: () => ledger.close(),
  };
});

function megabytes(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}
