import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { verifyLedger } from "../../../src/ledger/audit.ts";
import { checksum } from "../../../src/ledger/lowdb/checksum.ts";
import { openEmbeddedLedger } from "../../../src/ledger/lowdb/open-embedded-ledger.ts";
import { UnknownSchema } from "../../../src/ledger/lowdb/store-schema.ts";
import { SCHEMA } from "../../../src/ledger/schema.ts";
import { recorded } from "../../contracts/ledger/set-up.ts";
import { embeddedLedger } from "../../support/embedded-ledger.ts";
import { aJob, FEED, nextCommit, PYMK } from "../../support/ledger-samples.ts";

const NEXT = SCHEMA + 1;

function contentOf(directory: string): Readonly<Record<string, string>> {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile() && entry.name !== "epoch");
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, readFileSync(path, "latin1")];
    }),
  );
}

describe("a folder that a newer version has written", () => {
  it("is refused by an older one, in one sentence, and stays as it was", async () => {
    const { open, directory, clock } = embeddedLedger({ schema: NEXT });
    const newer = await open();
    await newer.commit(nextCommit(FEED, 0, { jobs: [aJob()] }));
    await newer.close();
    const before = contentOf(directory);
    await expect(openEmbeddedLedger({ directory, clock })).rejects.toThrow(
      `${FEED} in ${directory} was written by a newer version of Slipway (schema ${NEXT}, and this one knows ${SCHEMA}): ` +
        "start the newer version in place of this one. Nothing was changed",
    );
    expect(contentOf(directory)).toEqual(before);
  });

  it("is refused also where the journal is all there is of it, after an end without warning", async () => {
    const { open, directory } = embeddedLedger({ schema: NEXT });
    const newer = await open();
    await newer.commit(nextCommit(FEED, 0));
    const left = embeddedLedger();
    cpSync(directory, left.directory, { recursive: true });
    await expect(left.open()).rejects.toThrow(UnknownSchema);
  });

  it("is opened by the newer one again, which goes on with what both have written", async () => {
    const { open, directory, clock } = embeddedLedger();
    const older = await open();
    await older.commit(nextCommit(FEED, 0));
    await older.commit(nextCommit(PYMK, 0));
    await older.close();
    for (const version of [1, 2]) {
      const newer = await openEmbeddedLedger({ directory, clock, schema: NEXT });
      await newer.commit(nextCommit(FEED, version));
      expect(await verifyLedger(newer)).toMatchObject({ kind: "whole" });
      const written = await recorded(newer, { stream: FEED, since: null });
      expect(written.map(({ schema }) => schema)).toEqual([
        undefined,
        ...Array.from({ length: version }, () => NEXT),
      ]);
      await newer.close();
    }
  });

  it("before schemas had numbers opens as the first one", async () => {
    const { open, directory, reopen } = embeddedLedger();
    const ledger = await open();
    await ledger.commit(nextCommit(FEED, 0));
    await ledger.close();
    const path = join(directory, "components", "svc-feed.json");
    writeFileSync(path, withoutSchema(readFileSync(path, "utf8")));
    const again = await reopen();
    expect(await again.load(FEED)).toMatchObject({ version: 1 });
    await again.commit(nextCommit(FEED, 1));
    expect(await verifyLedger(again)).toEqual({ kind: "whole", events: 2, streams: 1 });
  });
});

/** The document's file as it was written before documents had a schema of their own. */
function withoutSchema(file: string): string {
  const content = file.slice(file.indexOf('"document":') + '"document":'.length, -2);
  const old = content.replace(/,"schema":1(?=,"state":)/, "");
  expect(old).not.toBe(content);
  const stateAt = String(old.indexOf('"state":') + '"state":'.length).padStart(10, "0");
  const crc = checksum(Buffer.from(old));
  return `{"schema":1,"crc":"${crc}","stateAt":"${stateAt}","document":${old}}\n`;
}
