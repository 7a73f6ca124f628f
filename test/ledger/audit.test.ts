import { readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exportLedger, verifyLedger, verifyStream } from "../../src/ledger/audit.ts";
import { recordEvents } from "../../src/ledger/chain.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { openMemoryLedger } from "../../src/ledger/memory-ledger.ts";
import { collected } from "../contracts/ledger/set-up.ts";
import { embeddedLedger } from "../support/embedded-ledger.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { DANA, FEED, NOON, nextCommit, PYMK, superseded } from "../support/ledger-samples.ts";

async function withCommits(ledger: Ledger): Promise<Ledger> {
  for (let version = 0; version < 3; version += 1) {
    await ledger.commit(nextCommit(FEED, version, { at: NOON + version }));
    await ledger.commit(nextCommit(PYMK, version, { at: NOON + version }));
  }
  return ledger;
}

/** A ledger all of whose events lie in the archive, reopened after somebody did something to its files. */
async function tampered(tamper: (archive: string) => void): Promise<Ledger> {
  const files = embeddedLedger({ segmentBytes: 1, checkpointEvery: 1 });
  const ledger = await withCommits(await files.open());
  await ledger.close();
  tamper(join(files.directory, "archive"));
  return files.open();
}

function edit(path: string, change: (text: string) => string): void {
  const before = readFileSync(path, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`nothing changed in ${path}`);
  writeFileSync(path, after);
}

describe("audit export", () => {
  it("gives every event as a line of JSON, in order", async () => {
    const ledger = await withCommits(openMemoryLedger({ clock: createFakeClock(NOON) }));
    const lines = await collected(exportLedger(ledger, { component: null, since: null }));
    expect(lines.every((line) => line.endsWith("\n"))).toBe(true);
    expect(lines.map((line) => (JSON.parse(line) as { position: number }).position)).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
  });

  it("gives those of one component since an instant, and no others", async () => {
    const ledger = await withCommits(openMemoryLedger({ clock: createFakeClock(NOON) }));
    const lines = await collected(exportLedger(ledger, { component: "svc-feed", since: NOON + 1 }));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { stream: FEED, version: 2 },
      { stream: FEED, version: 3 },
    ]);
  });

  it("gives nothing of a component that was never heard of", async () => {
    const ledger = await withCommits(openMemoryLedger({ clock: createFakeClock(NOON) }));
    expect(await collected(exportLedger(ledger, { component: "nope", since: null }))).toEqual([]);
  });
});

it("audit verify reports an event that somebody put behind the last one of its stream", async () => {
  const ledger = await withCommits(openMemoryLedger({ clock: createFakeClock(NOON) }));
  const { version, head } = await ledger.load(FEED);
  const events = [superseded("9.0.0")];
  const recorded = recordEvents(
    { at: NOON, by: DANA },
    { stream: FEED, events },
    { version, head },
    7,
  );
  const verdict = await verifyLedger({
    versions: () => ledger.versions(),
    load: (stream) => ledger.load(stream),
    anchors: () => ledger.anchors(),
    async *read(query) {
      yield* ledger.read(query);
      for (const { event } of recorded) yield event;
    },
  });
  expect(verdict).toMatchObject({
    kind: "broken",
    at: { fault: "added", stream: FEED, version: 4, position: 7 },
  });
});

describe("audit verify, on files", () => {
  it("finds them whole when nobody touched them", async () => {
    const ledger = await tampered(() => {});
    expect(await verifyLedger(ledger)).toEqual({ kind: "whole", events: 6, streams: 2 });
  });

  it("names the entry of which a byte was changed by hand", async () => {
    const ledger = await tampered((archive) =>
      edit(join(archive, "events-00000003.jsonl"), (text) => text.replace("2.0.0", "2.0.1")),
    );
    expect(await verifyLedger(ledger)).toMatchObject({
      kind: "broken",
      at: { fault: "changed", stream: FEED, version: 2, position: 3 },
    });
  });

  it("sees that bytes were changed that no hash covers", async () => {
    const ledger = await tampered((archive) =>
      edit(join(archive, "events-00000003.jsonl"), (text) => text.replace('{"at"', '{ "at"')),
    );
    const verdict = await verifyLedger(ledger);
    expect(verdict).toMatchObject({ kind: "unreadable" });
  });

  it("finds the same of one component alone, and nothing of another's", async () => {
    const ledger = await tampered((archive) =>
      edit(join(archive, "events-00000003.jsonl"), (text) => text.replace("2.0.0", "2.0.1")),
    );
    const told: number[] = [];
    const sound = await verifyStream(ledger, PYMK, ({ version }) => told.push(version));
    expect(sound).toMatchObject({ kind: "whole", events: 3 });
    expect(told).toEqual([1, 2, 3]);
    expect(await verifyStream(ledger, FEED, () => {})).toMatchObject({
      kind: "broken",
      sentence: expect.stringContaining("svc-feed"),
    });
  });

  it("says of one component too which file cannot be read", async () => {
    const ledger = await tampered((archive) =>
      edit(join(archive, "events-00000003.jsonl"), (text) => text.replace("{", "")),
    );
    expect(await verifyStream(ledger, FEED, () => {})).toMatchObject({
      kind: "broken",
      sentence: expect.stringContaining("is damaged"),
    });
  });

  it("names the file that cannot be read", async () => {
    const ledger = await tampered((archive) =>
      edit(join(archive, "events-00000003.jsonl"), (text) => text.replace("{", "")),
    );
    const verdict = await verifyLedger(ledger);
    expect(verdict).toMatchObject({
      kind: "unreadable",
      sentence: expect.stringMatching(
        /archive\/events-00000003\.jsonl is damaged: line 1 .*Restore it from a backup/,
      ),
    });
  });

  it("names the file that is missing", async () => {
    const ledger = await tampered((archive) => unlinkSync(join(archive, "events-00000005.jsonl")));
    expect(await verifyLedger(ledger)).toMatchObject({
      kind: "unreadable",
      sentence: expect.stringMatching(/events-00000005\.jsonl is damaged: it is missing/),
    });
  });

  it("sees that two files were swapped", async () => {
    const ledger = await tampered((archive) => {
      const [first = "", second = ""] = ["events-00000003.jsonl", "events-00000005.jsonl"].map(
        (n) => readFileSync(join(archive, n), "utf8"),
      );
      writeFileSync(join(archive, "events-00000003.jsonl"), second);
      writeFileSync(join(archive, "events-00000005.jsonl"), first);
    });
    expect((await verifyLedger(ledger)).kind).not.toBe("whole");
  });
});
