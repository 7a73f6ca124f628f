import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { anchorOf } from "../support/anchors.ts";
import { filesUnder, ROOT, readText } from "../support/deploy-files.ts";
import { runSlipway } from "../support/run-slipway.ts";

const RUNBOOK = readText("docs/runbook.md");

/**
 * Where the sentences of /readyz are written. Each pattern finds the literal of every sentence of its file,
 * so that one which is added is found too.
 */
const REASONS: Readonly<Record<string, RegExp>> = {
  "src/readiness.ts": /\["(it is [^"]+)"\]|\[`([^`$]+): \$\{configuration\}`\]|"(it was [^"]+)"/g,
  "src/effects/worker.ts": /return (?:"(the worker[^"]*)"|`(the [^`]*)`)/g,
  "src/slack-side.ts": /\bproblem(?:: string \| null)? = (?:"([^"]+)"|`([^`]+)`)/g,
  "src/intake/slack/socket-receiver.ts": /#problem(?:: string \| null)? = (?:"([^"]+)"|`([^`]+)`)/g,
  "src/effects/slack/channel-trouble.ts": /sentence: `([^`]+)`/g,
  "src/ledger/lowdb/journal.ts": /\bwhy = `([^`]+)`/g,
  "src/ledger/lowdb/checkpointer.ts": /\.failed\(`([^`]+)`\)/g,
  "src/ledger/lowdb/embedded-ledger.ts": /CLOSED = "([^"]+)"/g,
  "src/ledger/postgres/postgres-ledger.ts": /CLOSED = "([^"]+)"/g,
  "src/ledger/postgres/database.ts":
    /new (?:Unavailable|CommitUnanswered)\((?:"([^"]+)"|`([^`]+)`)/g,
  "src/ledger/postgres/migrate.ts": /`(the tables have [^`]+)`/g,
};

/** `sentence()` of this file ends what begins so. */
const DATABASE_ERRORS = [/return "(takes[^"]+)"/g, /return `([^`]+)`/g];

interface Sentence {
  readonly file: string;
  /** Up to its first variable part. */
  readonly beginning: string;
}

function beginningsIn(file: string, pattern: RegExp, before = ""): readonly Sentence[] {
  return [...readText(file).matchAll(pattern)].map((match) => {
    const literal = match.slice(1).find((group) => group !== undefined) ?? "";
    const [beginning = ""] = `${before}${literal}`.split("${");
    return { file, beginning: beginning.trim() };
  });
}

const SENTENCES: readonly Sentence[] = [
  ...Object.entries(REASONS).flatMap(([file, pattern]) => beginningsIn(file, pattern)),
  ...DATABASE_ERRORS.flatMap((pattern) =>
    beginningsIn("src/ledger/postgres/database-error.ts", pattern, "PostgreSQL "),
  ),
];

/** The beginnings of sentences that headings of the runbook name. */
const NAMED = [...RUNBOOK.matchAll(/^#### (.+)$/gm)].flatMap(([, heading = ""]) =>
  [...heading.matchAll(/`([^`]+)`/g)].map(([, named = ""]) => named),
);

describe("the runbook", () => {
  it.each(Object.keys(REASONS))("is held against sentences of %s", (file) => {
    expect(SENTENCES.filter((sentence) => sentence.file === file)).not.toEqual([]);
  });

  it.each(SENTENCES.map(({ file, beginning }) => [beginning, file]))(
    "has a section for: %s (%s)",
    (beginning) => {
      expect(NAMED.filter((named) => beginning.startsWith(named))).toHaveLength(1);
    },
  );

  it("has no section for what is not said", () => {
    const said = (named: string) => SENTENCES.some(({ beginning }) => beginning.startsWith(named));
    expect(NAMED.filter((named) => !said(named))).toEqual([]);
  });
});

const PAGES = [
  "docs/runbook.md",
  "docs/backup.md",
  "docs/postgresql.md",
  ...filesUnder("deploy").filter((path) => path.endsWith(".md")),
];

function anchorsOf(page: string): readonly string[] {
  return [...readText(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
}

describe.each(PAGES)("%s", (page) => {
  const text = readText(page);

  it("links to pages and headings that there are", () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link = ""]) => link);
    const broken = links.filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : join(page, "..", path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("names commands and flags that there are", async () => {
    const { out } = await runSlipway(["help"]);
    for (const [, command = ""] of text.matchAll(/^(?:npm run slipway -- |slipway )(\w+)/gm)) {
      expect(out).toMatch(new RegExp(`^ {2}${command} `, "m"));
    }
    for (const [, flag = ""] of text.matchAll(/`(--without[\w-]*)/g)) expect(out).toContain(flag);
  });

  it("names files that there are", () => {
    const named = [...text.matchAll(/`((?:src|test|docs|deploy)\/[\w./-]+)`/g)];
    expect(
      named.map(([, path = ""]) => path).filter((path) => !existsSync(join(ROOT, path))),
    ).toEqual([]);
  });
});
