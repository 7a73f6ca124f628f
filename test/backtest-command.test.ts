import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type PastRelease, pastReleases, watchedConfiguration } from "./support/past-releases.ts";
import { MINUTE } from "./support/policies.ts";
import { runSlipway } from "./support/run-slipway.ts";
import { startVersionPrometheus } from "./support/version-prometheus.ts";

const DAY = 24 * 60 * MINUTE;
/** A whole minute of three days ago. */
const BEGAN = Math.floor((Date.now() - 3 * DAY) / MINUTE) * MINUTE;

const RELEASES: readonly PastRelease[] = [
  { version: "1", at: BEGAN, became: "passed" },
  { version: "2", at: BEGAN + 120 * MINUTE, became: "rolled-back" },
  { version: "3", at: BEGAN + 240 * MINUTE, became: "passed" },
  { version: "4", at: BEGAN + 360 * MINUTE, became: "false-alarm" },
];

const CHECK = `
name: success rate
source: prom
query: 'success_rate{version="{{version}}"}'
pass: value >= 0.95
consecutiveFailures: 3
`;

/** Version 2 was bad from its third minute on, version 4 looked a little worse, 1 is not kept any more. */
function valueAt(version: string, at: number): number | null {
  if (version === "1") return null;
  if (version === "2") return at >= BEGAN + 123 * MINUTE ? 0.5 : 0.99;
  return version === "4" ? 0.96 : 0.99;
}

/** Below the one of the watch: a key check, and what they all come to. */
const MORE_CHECKS = `            - name: saturation
              source: prom
              query: 'success_rate{version="{{version}}"}'
              pass: value >= 0.9
              consecutiveFailures: 2
              key: true
          score: { pass: 90, warn: 50 }
          on: { failure: rollback }
`;

async function world(configure = (yaml: string) => yaml) {
  const server = await startVersionPrometheus(valueAt);
  const configuration = configure(watchedConfiguration(server.url));
  const { env, folder } = await pastReleases(configuration, RELEASES);
  const backtest = (check: string, ...argv: readonly string[]) => {
    const file = join(folder, "check.yml");
    writeFileSync(file, check);
    return runSlipway(["backtest", "--check", file, ...argv], env);
  };
  return { backtest, server };
}

describe("slipway backtest", () => {
  it("says what a check would have said of each past release, beside what happened", async () => {
    const { backtest } = await world();
    const { out, err, exitCode } = await backtest(CHECK);
    expect(err).toBe("");
    expect(exitCode).toBe(0);
    const [ofCheck = ""] = out.split("The watch as a whole");
    const lines = ofCheck.split("\n").map((line) => line.trimEnd());
    expect(
      lines
        .filter((line) => line.startsWith("svc-feed@"))
        .map((line) => line.split(/ {2,}/).filter((_cell, index) => index !== 2)),
    ).toEqual([
      ["svc-feed@1", "production", "passed", "healthy", "no data"],
      [
        "svc-feed@2",
        "production",
        "rolled back by itself after 6 min",
        "bad",
        "would fail",
        "5 min",
      ],
      ["svc-feed@3", "production", "passed", "healthy", "would pass"],
      [
        "svc-feed@4",
        "production",
        "rolled back by itself after 6 min, called a false alarm",
        "healthy",
        "quiet until it ended",
      ],
    ]);
    expect(out).toContain(
      "False alarms: 0 of 2 healthy releases that can be judged (0 %; at most 78 % with 95 % confidence).",
    );
    expect(out).toContain("Misses: 0 of 1 bad releases that can be judged");
    expect(out).toContain("Median time until found: 5 min.");
    expect(out).toContain(
      "The source has no numbers of 1 release any more: counted as neither passed nor failed.",
    );
  });

  it("finds false alarms and misses of several checks at once, as JSON", async () => {
    const { backtest } = await world();
    const strict = CHECK.replace("success rate\n", "strict\n").replace("0.95", "0.97");
    const blind = CHECK.replace("success rate\n", "blind\n").replace("0.95", "0.1");
    const list = [strict, blind]
      .map((check) => `- ${check.trim().split("\n").join("\n  ")}`)
      .join("\n");
    const { out, exitCode } = await backtest(`---\n${list}\n`, "--json", "--component", "svc-feed");
    expect(exitCode).toBe(0);
    const { checks: answer } = JSON.parse(out) as {
      readonly checks: readonly {
        readonly check: string;
        readonly falseAlarms: { readonly count: number; readonly of: number };
        readonly misses: { readonly count: number; readonly of: number };
        readonly episodes: readonly { readonly version: string; readonly result: string }[];
      }[];
    };
    expect(
      answer.map(({ check, episodes }) => [check, episodes.map(({ result }) => result)]),
    ).toEqual([
      ["strict", ["no-data", "failed", "passed", "failed"]],
      ["blind", ["no-data", "quiet", "passed", "quiet"]],
    ]);
    expect(answer[0]?.falseAlarms).toMatchObject({ count: 1, of: 2 });
    expect(answer[1]?.misses).toMatchObject({ count: 0, of: 0 });
  });

  it("says what the watch would have done with the check in it, by its other checks, weights and scores", async () => {
    const { backtest } = await world((yaml) => `${yaml}${MORE_CHECKS}`);
    const blind = CHECK.replace("0.95", "0.1");
    const { out } = await backtest(blind);
    const [, ofWatch = ""] = out.split("The watch as a whole");
    const rows = ofWatch.split("\n").filter((line) => line.startsWith("svc-feed@"));
    expect(
      rows.slice(0, 4).map((line) => line.split(/ {2,}/).filter((_cell, index) => index > 3)),
    ).toEqual([
      ["healthy", "no data"],
      ["bad", "would roll back", "4 min"],
      ["healthy", "would pass", "10 min"],
      ["healthy", "quiet until it ended"],
    ]);
    expect(rows[4]).toBe(
      "svc-feed@2 in production: a key check failed: saturation: 2 failures in a row (limit 2)",
    );
    expect(out).toContain("False rollbacks: 0 of 2 healthy releases that can be judged");
    const { out: json } = await backtest(blind, "--json");
    expect(JSON.parse(json)).toMatchObject({
      watch: {
        misses: { count: 0, of: 1 },
        episodes: [
          { outcome: "no-data", at: null },
          { outcome: "rollback", at: new Date(BEGAN + 124 * MINUTE).toISOString() },
          { outcome: "pass" },
          { outcome: "quiet" },
        ],
      },
    });
  });

  it("leaves out what took traffic before", async () => {
    const { backtest } = await world();
    const { out } = await backtest(CHECK, "--since", "1d");
    expect(out).toBe(
      "Check: success rate\n\nThe ledger has no release that took traffic in that time.\n",
    );
  });

  it("asks the source for one release at a time", async () => {
    const { backtest, server } = await world();
    await backtest(CHECK);
    const versions = server
      .requests()
      .map(({ body }) => /version="(\d)"/.exec(new URLSearchParams(body).get("query") ?? "")?.[1]);
    expect(versions).toEqual(["1", "2", "3", "4"]);
  });

  it.each([
    { what: "no YAML", check: "name: [", problem: "check.yml:1:" },
    {
      what: "a condition that is no expression",
      check: CHECK.replace("value >= 0.95", "value >>= 0.95"),
      problem: "check.yml:5:",
    },
    {
      what: "an unknown key, in a list",
      check: "- name: a\n  source: prom\n  query: up\n  pass: value > 1\n  colour: red\n",
      problem: "check.yml:5:3 checks[0]",
    },
    {
      what: "a source that is not configured",
      check: CHECK.replace("source: prom", "source: graphs"),
      problem: "check.yml:3:9 checks[0].source",
    },
  ])("refuses a file with $what, and says where", async ({ check, problem }) => {
    const { backtest } = await world();
    const { exitCode, err, out } = await backtest(check);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: "" });
    expect(err).toContain(problem);
    expect(err).not.toContain("slipway-check-file");
  });

  it.each([
    { argv: ["--component", "svc-x"], problem: "--component svc-x: there is svc-feed" },
    { argv: ["--environment", "qa"], problem: "--environment qa: there is production" },
    { argv: ["--since", "yesterday"], problem: "--since yesterday: write how long ago" },
  ])("refuses $argv", async ({ argv, problem }) => {
    const { backtest } = await world();
    const { exitCode, err } = await backtest(CHECK, ...argv);
    expect(exitCode).toBe(1);
    expect(err).toContain(problem);
  });

  it("says how it is called when no check is named, and which file it cannot read", async () => {
    expect((await runSlipway(["backtest"])).err).toContain("slipway backtest --check FILE");
    const { env } = await pastReleases(watchedConfiguration("http://127.0.0.1:9"), []);
    const missing = await runSlipway(["backtest", "--check", "/nowhere/check.yml"], env);
    expect(missing).toMatchObject({ exitCode: 1 });
    expect(missing.err).toContain("/nowhere/check.yml: cannot be read");
  });
});
