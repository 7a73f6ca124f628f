import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fileReaders } from "../src/config/file-readers.ts";
import { loadConfiguration } from "../src/config/policy-file.ts";
import { createDispatcher } from "../src/dispatcher.ts";
import { openEmbeddedLedger } from "../src/ledger/lowdb/open-embedded-ledger.ts";
import { systemClock } from "../src/shared/clock.ts";
import { ENVIRONMENT } from "./support/configurations.ts";
import { runSlipway } from "./support/run-slipway.ts";
import { aBuild } from "./support/story.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const CONFIGURATION = `
slack: { channel: releases }
sources:
  ci: { type: report, secret: "\${SLIPWAY_REPORT_SECRET}" }
  github: { type: github, secret: "\${GITHUB_WEBHOOK_SECRET}", repositories: ["acme/*"] }
deployers:
  run: { type: command, start: [/bin/deploy, "{{version}}"] }
components:
  svc-feed:
    kind: service
    repository: acme/checkout
    intake: [{ source: ci }, { source: github, workflow: .github/workflows/build.yml }]
    gates:
      - { name: coverage, check: "metrics.coverage >= 0.8" }
    environments:
      production:
        approval: [{ from: ["@sre"], count: 1 }]
        deploy: { use: run }
  svc-other:
    kind: service
    intake: [{ source: ci }]
    environments:
      production:
        deploy: { use: run }
`;

/** A ledger in which version 1 of svc-feed is recorded, and who writes to it. */
async function recorded() {
  const folder = temporaryFolder();
  const configuration = join(folder, "slipway.yml");
  writeFileSync(configuration, CONFIGURATION);
  const directory = join(folder, "data");
  const env = { ...ENVIRONMENT, SLIPWAY_CONFIG: configuration, SLIPWAY_DATA: directory } as Record<
    string,
    string
  >;
  const { policy } = loadConfiguration(configuration, env, fileReaders);
  const ledger = await openEmbeddedLedger({ directory, clock: systemClock });
  const { dispatch } = createDispatcher({
    ledger,
    policy: () => policy,
    clock: systemClock,
    onChange: () => {},
  });
  const build = { ...aBuild({ version: "1", metrics: { coverage: 0.9 } }), commit: null };
  await dispatch({ type: "RegisterBuild", component: "svc-feed", build }, []);
  const event = (name: string, body: string | Buffer) => {
    const path = join(folder, name);
    writeFileSync(path, body);
    return path;
  };
  return { env, ledger, directory, event };
}

/** Names, sizes and contents of all files of a folder. */
function bytesOf(folder: string): string {
  const digest = createHash("sha256");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted()) {
    const path = join(folder, name);
    digest.update(`${name}\n`);
    if (statSync(path).isFile()) digest.update(readFileSync(path));
  }
  return digest.digest("hex");
}

const PRODUCTION = ["simulate", "--component", "svc-feed", "--environment", "production"];

function aReport(overrides: object = {}): string {
  return JSON.stringify({
    component: "svc-feed",
    version: "2",
    outcome: "success",
    run: { id: "7" },
    metrics: { coverage: 0.5 },
    ...overrides,
  });
}

describe("slipway simulate", () => {
  it("tells what would come of the newest release, while Slipway runs on the ledger", async () => {
    const { env, ledger, directory } = await recorded();
    const before = bytesOf(directory);
    const { exitCode, out, err } = await runSlipway(
      [...PRODUCTION, "--at", "2026-11-23T09:00:00Z"],
      env,
    );
    const after = bytesOf(directory);
    await ledger.close();
    expect([exitCode, err]).toEqual([0, ""]);
    expect(out.split("\n")).toEqual([
      "svc-feed 1 into production, as of 2026-11-23 09:00 UTC",
      "  The newest release that is recorded; its build ended with success.",
      "  Next: people are asked to approve it.",
      "Gates: nothing is live there",
      "  pass: coverage: metrics.coverage is 0.9 (>= 0.8)",
      "Who could approve",
      "  1 from @sre",
      "What would keep it waiting",
      "  nothing",
      "Nothing was changed.",
      "",
    ]);
    expect(after).toBe(before);
  });

  it("tells what an event would come to, changes no byte of the ledger, and leaves nothing behind", async () => {
    const { env, ledger, directory, event } = await recorded();
    await ledger.close();
    const before = bytesOf(directory);
    const copies = () =>
      readdirSync(tmpdir()).filter((name) => name.startsWith("slipway-simulate-"));
    const others = copies();
    const file = event("report.json.gz", gzipSync(aReport()));
    const { exitCode, out } = await runSlipway(
      [...PRODUCTION, "--event", file, "--source", "ci"],
      env,
    );
    expect(exitCode).toBe(0);
    expect(out).toContain("The event would make a new release; its build ended with success.");
    expect(out).toContain("fail, blocks: coverage: metrics.coverage is 0.5 (>= 0.8)");
    expect(bytesOf(directory)).toBe(before);
    expect(copies()).toEqual(others);
  });

  it("reads an event by the adapter of its source, with the headers that the system sends", async () => {
    const { env, ledger } = await recorded();
    await ledger.close();
    const file = join(
      import.meta.dirname,
      "fixtures/github/workflow_run.completed.min.constructed.json",
    );
    const asked = [...PRODUCTION, "--event", file, "--source", "github"];
    const header = ["--header", "X-GitHub-Event: workflow_run"];
    const { out } = await runSlipway([...asked, ...header], env);
    expect(out).toContain("missing, blocks: coverage: the report has no metrics.coverage");
    const without = await runSlipway(asked, env);
    expect(without.exitCode).toBe(1);
    expect(without.err).toContain("give headers with --header 'NAME: VALUE'");
    const typed = await runSlipway(
      [...asked, ...header, "--header", "Content-Type: text/plain"],
      env,
    );
    expect(typed.err).toContain("source github takes no Content-Type text/plain");
  });

  it.each([
    {
      name: "of another component",
      report: { component: "svc-other" },
      says: "it belongs to svc-other, not to svc-feed",
    },
    {
      name: "of an unknown component",
      report: { component: "svc-gone" },
      says: "the configuration has no component svc-gone",
    },
    {
      name: "of a commit of no repository",
      report: { component: "svc-other", commit: { sha: "a".repeat(40) } },
      component: "svc-other",
      says: "nothing says which repository its commit is of",
    },
  ])("says that an event $name makes no release", async ({ report, component, says }) => {
    const { env, ledger, event } = await recorded();
    await ledger.close();
    const file = event("report.json", aReport(report));
    const asked = [...PRODUCTION, "--event", file, "--source", "ci"];
    const { exitCode, out } = await runSlipway(
      component === undefined
        ? asked
        : asked.map((word) => (word === "svc-feed" ? component : word)),
      env,
    );
    expect([exitCode, out]).toEqual([0, expect.stringContaining(says)]);
  });

  it("says why nothing would happen", async () => {
    const { env, ledger } = await recorded();
    await ledger.close();
    const { exitCode, out } = await runSlipway(
      PRODUCTION.map((word) => (word === "production" ? "moon" : word)),
      env,
    );
    expect([exitCode, out]).toEqual([
      0,
      "Nothing would happen: svc-feed has no environment moon; it has production.\n",
    ]);
  });

  it.each([
    { name: "no component", argv: ["simulate"], says: "slipway simulate --component C" },
    {
      name: "an event without its source",
      argv: [...PRODUCTION, "--event", "x.json"],
      says: "--event and --source go together",
    },
    {
      name: "an unknown source",
      argv: [...PRODUCTION, "--event", "x.json", "--source", "constructor"],
      says: "--source constructor: there is no such source; there is ci, github",
    },
    {
      name: "a file that is not there",
      argv: [...PRODUCTION, "--event", "/nowhere/x.json", "--source", "ci"],
      says: "--event /nowhere/x.json: ENOENT",
    },
    {
      name: "a time that is none",
      argv: [...PRODUCTION, "--at", "tomorrow"],
      says: "--at tomorrow: write a time such as",
    },
    {
      name: "a header that is none",
      argv: [...PRODUCTION, "--header", "x"],
      says: "--header x: write 'NAME: VALUE'",
    },
  ])("refuses $name", async ({ argv, says }) => {
    const { env, ledger } = await recorded();
    await ledger.close();
    const { exitCode, err } = await runSlipway(argv, env);
    expect([exitCode, err]).toEqual([1, expect.stringContaining(says)]);
  });

  it("refuses a file that is not what the source is sent", async () => {
    const { env, ledger, event } = await recorded();
    await ledger.close();
    const asked = (file: string) => [...PRODUCTION, "--event", file, "--source", "ci"];
    const notJson = await runSlipway(asked(event("a.json", "{")), env);
    expect(notJson.err).toContain("a.json is not JSON");
    const notReport = await runSlipway(asked(event("b.json", "{}")), env);
    expect(notReport.err).toContain("is not what a source of type report is sent: ");
  });

  it("says where the ledger should be, where there is none", async () => {
    const { env, ledger } = await recorded();
    await ledger.close();
    const elsewhere = { ...env, SLIPWAY_DATA: temporaryFolder() };
    const { exitCode, err } = await runSlipway(PRODUCTION, elsewhere);
    expect(exitCode).toBe(1);
    expect(err).toContain("holds no ledger");
    expect(err).toContain("set SLIPWAY_DATA to the folder of the ledger");
  });
});
