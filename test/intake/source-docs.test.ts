import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { REFUSED_STATUS } from "../../src/intake/answer.ts";
import { HOOK_BODY_LIMIT } from "../../src/intake/hook-content.ts";
import { matchComponents } from "../../src/intake/match-components.ts";
import { githubSource } from "../../src/intake/sources/github.ts";
import { GITHUB_EVENTS } from "../../src/intake/sources/github-fields.ts";
import { REPORT_LIMITS, readReport } from "../../src/intake/sources/report-schema.ts";
import type { ParsedEvent } from "../../src/intake/sources/source.ts";
import { TOLERANCE_SECONDS } from "../../src/intake/sources/standard-webhooks.ts";
import { readArguments } from "../../src/report/arguments.ts";
import { readChecks } from "../../src/report/checks-file.ts";
import { CI_VARIABLES } from "../../src/report/ci-environment.ts";
import { FLAGS, type Flag } from "../../src/report/flags.ts";
import { readMetrics } from "../../src/report/metrics-file.ts";
import { MOST_ATTEMPTS } from "../../src/report/send-report.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { documentedSetup } from "../support/documented-setup.ts";
import { fixtureJson, withMember } from "../support/intake-fixture.ts";
import { startIntake } from "../support/intake-server.ts";
import { block, blocks, table } from "../support/markdown.ts";
import { GITHUB_SECRET, NOW, REPORT_SECRET } from "../support/signed-request.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");
const report = await readFile(join(ROOT, "docs/sources/report.md"), "utf8");
const github = await readFile(join(ROOT, "docs/sources/github.md"), "utf8");

describe("docs/sources/report.md", () => {
  it("sets up a source and a component that work", () => {
    const { sources, components } = documentedSetup("report", {
      SLIPWAY_REPORT_SECRET: REPORT_SECRET,
    });
    const [source] = Object.values(sources);
    if (source === undefined) throw new Error("no source");
    const subject = {
      component: "model-pymk",
      repository: null,
      event: null,
      workflow: null,
      branch: null,
      package: null,
    };
    expect(matchComponents({ source, subject, components })).toMatchObject({ kind: "matched" });
  });

  it("lists every flag, as the help does", () => {
    expect(table(report, "flag")).toEqual(
      Object.entries<Flag>(FLAGS).map(([name, { value, help, repeatable }]) => [
        `--${name} ${value}`,
        repeatable ? `${help}; may be repeated` : help,
      ]),
    );
  });

  it("shows a command whose flags exist", () => {
    const [, command = ""] = block(report, "bash", 1).split("slipway report");
    const words = command.replaceAll("\\\n", " ").trim().split(/\s+/);
    expect(readArguments(words)).toMatchObject({ kind: "ok", value: { component: "model-pymk" } });
  });

  it("lists every variable of a CI system that is read", () => {
    expect(table(report, "CI system")).toEqual(
      Object.entries(CI_VARIABLES).map(([system, names]) => [system, names.join(", ")]),
    );
  });

  it("shows a metrics file, checks and a report that are good", () => {
    expect(readMetrics(block(report, "json", 0))).toMatchObject({
      kind: "ok",
      value: { metrics: { "latency.p95_ms": 21.4 }, slices: { "country=BR": { auc: 0.79 } } },
    });
    expect(readChecks(block(report, "json", 1))).toMatchObject({
      kind: "ok",
      value: [{ name: "feature null rate" }],
    });
    expect(readReport(JSON.parse(block(report, "json", 2)))).toMatchObject({ kind: "report" });
  });

  it("names the limits as they are", () => {
    const limits = REPORT_LIMITS;
    expect(table(report, "limit").map(([, limit]) => limit)).toEqual([
      ...[
        limits.metrics,
        limits.slices,
        limits.sliceMetrics,
        limits.checks,
        limits.datasets,
        limits.name,
        limits.url,
        limits.text,
        limits.notes,
      ].map(String),
      `${HOOK_BODY_LIMIT / 1024 / 1024} MiB`,
    ]);
    expect(report).toContain(`${MOST_ATTEMPTS} times in all`);
    expect(report).toContain(`more than ${TOLERANCE_SECONDS / 60} minutes off`);
  });

  it("lists every code of a refusal, with its status", () => {
    const listed = table(report, "status").filter(([, outcome]) => outcome === "refused");
    const ofIntake = listed.filter(([, , code]) => code !== "version_conflict");
    expect(Object.fromEntries(ofIntake.map(([status, , code]) => [code, Number(status)]))).toEqual(
      REFUSED_STATUS,
    );
  });

  it("shows a program that sends a report which is recorded", async () => {
    const intake = await startIntake({ hooks: { clock: systemClock } });
    const { stdout } = await run(
      process.execPath,
      ["--input-type=module", "--eval", block(report, "js")],
      {
        env: { SLIPWAY_URL: `${intake.url}/hooks/ci`, SLIPWAY_REPORT_SECRET: REPORT_SECRET },
      },
    );
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: "accepted",
      releases: ["model-pymk@2026.11.22-3"],
    });
  });
});

describe("docs/sources/github.md", () => {
  const WORKFLOW_RUN = fixtureJson("github/workflow_run.completed.min.constructed.json");

  function parse(event: string, body: unknown): ParsedEvent | undefined {
    const headers = { "x-github-event": event, "x-github-delivery": "1" };
    const parsed = githubSource.parse({ source: "github", headers, body }, NOW);
    return parsed.kind === "delivery" ? parsed.events[0] : undefined;
  }

  function parseRun(member: string, value: string | undefined): ParsedEvent | undefined {
    return parse("workflow_run", withMember(WORKFLOW_RUN, ["workflow_run", member], value));
  }

  it("sets up a source and a component that work", () => {
    const { sources, components } = documentedSetup("github", {
      GITHUB_WEBHOOK_SECRET: GITHUB_SECRET,
    });
    const [source] = Object.values(sources);
    const event = parse("workflow_run", WORKFLOW_RUN);
    if (source === undefined || event?.kind !== "build") throw new Error("no source or no build");
    expect(matchComponents({ source, subject: event.subject, components })).toMatchObject({
      kind: "matched",
    });
  });

  it("subscribes the webhook to the events that make releases, and to no others", () => {
    const command = blocks(github, "bash").find((text) => text.includes("gh api")) ?? "";
    const events = [...command.matchAll(/events\[\]=(\w+)/g)].map(([, name]) => name);
    expect(events).toEqual([...GITHUB_EVENTS]);
    expect(command).toContain("config[url]=https://slipway.example/hooks/github ");
  });

  it("lists the events that make releases", () => {
    const other = parse("push", {});
    const listed = table(github, "event").map(([name]) => name);
    expect(other).toMatchObject({
      message: `push makes no release; releases are made of ${listed.join(", ")}`,
    });
  });

  it("says what each conclusion means", () => {
    const outcomes = table(github, "conclusion").map(([conclusion = "", outcome]) => {
      const event = parseRun("conclusion", conclusion === "anything else" ? "?" : conclusion);
      return [event?.kind === "build" ? event.build.outcome : null, outcome];
    });
    expect(outcomes.length).toBe(7);
    for (const [actual, written] of outcomes) expect(actual).toBe(written);
  });

  it("says what the event of a run means, for all events that are releases", () => {
    const rows = table(github, "event of the run");
    for (const [event, trigger] of rows) {
      expect(parseRun("event", event)).toMatchObject({ kind: "build", build: { trigger } });
    }
    expect(parseRun("event", "pull_request")).toMatchObject({
      message: `run 30433642 ran on pull_request; only runs on ${rows.map(([event]) => event).join(", ")} are releases`,
    });
  });
});

describe("the examples", () => {
  /** A `slipway` on the path that writes down its arguments, one a line. */
  async function fakeSlipway() {
    const folder = await mkdtemp(join(tmpdir(), "slipway-example-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "slipway"), '#!/bin/sh\nprintf "%s\\n" "$@"\n');
    await chmod(join(folder, "slipway"), 0o755);
    return { folder, path: `${folder}${delimiter}${process.env.PATH ?? ""}` };
  }

  function arguments_(stdout: string) {
    const [command, ...argv] = stdout.trimEnd().split("\n");
    expect(command).toBe("report");
    const read = readArguments(argv);
    return read.kind === "ok" ? read.value : read.problem;
  }

  it("report.sh reports with the evidence that there is", async () => {
    const { folder, path } = await fakeSlipway();
    const script = join(ROOT, "examples/report.sh");
    const argv = [script, "model-pymk", "7", "failure"];
    const env = { PATH: path, EDGES_PARTITION: "2026-11-21" };
    const without = await run("bash", argv, { cwd: folder, env });
    expect(arguments_(without.stdout)).toMatchObject({
      component: "model-pymk",
      version: "7",
      outcome: "failure",
      trigger: "data",
      metrics: [],
      junit: [],
      datasets: [{ name: "hive.pymk_edges", version: "2026-11-21" }],
    });
    await writeFile(join(folder, "metrics.json"), "{}");
    await writeFile(join(folder, "junit.xml"), "<testsuites/>");
    const withBoth = await run("bash", argv, { cwd: folder, env });
    expect(arguments_(withBoth.stdout)).toMatchObject({
      metrics: ["metrics.json"],
      junit: ["junit.xml"],
    });
  });

  it("github-workflow.yml has a step that reports with the evidence that there is", async () => {
    const workflow = z
      .object({
        jobs: z.object({
          build: z.object({
            steps: z.array(
              z.object({
                name: z.string().optional(),
                if: z.string().optional(),
                run: z.string().optional(),
              }),
            ),
          }),
        }),
      })
      .parse(parseYaml(await readFile(join(ROOT, "examples/github-workflow.yml"), "utf8")));
    const step = workflow.jobs.build.steps.find(({ name }) => name === "Report");
    expect(step?.if).toBe("always()");
    const { folder, path } = await fakeSlipway();
    const env = { PATH: path, VERSION: "562.1", OUTCOME: "success" };
    const script = ["-e", "-c", step?.run ?? "exit 1"];
    const without = await run("bash", script, { cwd: folder, env });
    expect(arguments_(without.stdout)).toMatchObject({
      component: "svc-checkout",
      version: "562.1",
      junit: [],
    });
    await writeFile(join(folder, "junit.xml"), "<testsuites/>");
    const withTests = await run("bash", script, { cwd: folder, env });
    expect(arguments_(withTests.stdout)).toMatchObject({
      outcome: "success",
      junit: ["junit.xml"],
    });
  });
});
