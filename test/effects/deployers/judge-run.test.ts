import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findRun } from "../../../src/effects/deployers/github/find-run.ts";
import { judgeRun } from "../../../src/effects/deployers/github/judge-run.ts";
import type { WorkflowRun } from "../../../src/effects/deployers/github/workflow-runs.ts";

function run(overrides: Partial<WorkflowRun> = {}): WorkflowRun {
  return {
    id: 1,
    display_title: "deploy",
    status: "completed",
    conclusion: "success",
    run_attempt: 1,
    html_url: "https://github.example/acme/deploys/actions/runs/1",
    ...overrides,
  };
}

describe("a run is judged by what GitHub says of it", () => {
  it.each([
    { status: "queued", conclusion: null, kind: "running" },
    { status: "requested", conclusion: null, kind: "running" },
    { status: "pending", conclusion: null, kind: "running" },
    { status: "waiting", conclusion: null, kind: "running" },
    { status: "in_progress", conclusion: null, kind: "running" },
    { status: "in_progress", conclusion: "success", kind: "running" },
    { status: "completed", conclusion: "success", kind: "succeeded" },
    { status: "completed", conclusion: "failure", kind: "failed" },
    { status: "completed", conclusion: "cancelled", kind: "failed" },
    { status: "completed", conclusion: "timed_out", kind: "failed" },
    { status: "completed", conclusion: "startup_failure", kind: "failed" },
    { status: "completed", conclusion: "skipped", kind: "failed" },
    { status: "completed", conclusion: "neutral", kind: "failed" },
    { status: "completed", conclusion: "stale", kind: "failed" },
    { status: "completed", conclusion: "action_required", kind: "failed" },
    { status: "completed", conclusion: null, kind: "unknown" },
    { status: null, conclusion: null, kind: "unknown" },
  ])("$status, $conclusion: $kind", ({ status, conclusion, kind }) => {
    expect(judgeRun("deploy.yml", run({ status, conclusion })).kind).toBe(kind);
  });

  it("and nothing but completed with success is a success", () => {
    const anything = fc.option(fc.oneof(fc.string(), fc.constantFrom("completed", "success")));
    fc.assert(
      fc.property(anything, anything, (status, conclusion) => {
        fc.pre(status !== "completed" || conclusion !== "success");
        expect(judgeRun("deploy.yml", run({ status, conclusion })).kind).not.toBe("succeeded");
      }),
    );
  });
});

describe("a run is known by the key in its title", () => {
  const KEY = "deploy:svc-feed@2.4.0:production:1";
  const titled = (...titles: string[]) => ({
    runs: titles.map((display_title, id) => run({ display_title, id })),
    complete: true,
  });

  it.each([
    { title: KEY },
    { title: `deploy ${KEY}` },
    { title: `(${KEY})` },
    { title: `${KEY}: svc-feed to production.` },
    { title: `${KEY}0 ${KEY}` },
  ])("$title", ({ title }) => {
    expect(findRun(titled("other", title), KEY)).toMatchObject({ kind: "ours", run: { id: 1 } });
  });

  it.each([
    { title: `${KEY}0` },
    { title: "deploy:svc-feed@2.4.0:production:2" },
    { title: "rollback:svc-feed@2.4.0:production:1" },
  ])("is another's: $title", ({ title }) => {
    expect(findRun(titled(title), KEY)).toEqual({ kind: "none" });
  });

  it("may be anybody's without one, or where there are more than were listed", () => {
    expect(findRun(titled("Deploy"), KEY)).toEqual({ kind: "ambiguous" });
    expect(findRun(titled(`x${KEY}`), KEY)).toEqual({ kind: "ambiguous" });
    expect(findRun({ runs: [], complete: false }, KEY)).toEqual({ kind: "ambiguous" });
    expect(findRun({ runs: [], complete: true }, KEY)).toEqual({ kind: "none" });
  });
});
