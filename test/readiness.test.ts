import { describe, expect, it } from "vitest";
import { intakeReadinessOf, readinessOf } from "../src/readiness.ts";

const FINE: Parameters<typeof readinessOf>[0] = {
  stopping: false,
  ledger: { ok: true },
  worker: { running: true, lastClaim: 0, underWay: 0, problem: null },
  slack: { problems: [], warnings: [] },
  configuration: null,
  replicas: [],
  sinks: [],
  withoutDeployments: false,
};

describe("readiness", () => {
  it("is ready when all its work can be done", () => {
    expect(readinessOf(FINE)).toEqual({ ready: true, reasons: [], warnings: [] });
  });

  it.each([
    ["while it stops", { stopping: true }, "it is being stopped"],
    [
      "while the ledger takes nothing",
      { ledger: { ok: false, why: "the disk is full" } },
      "the ledger: the disk is full",
    ],
    [
      "while the worker cannot work",
      { worker: { ...FINE.worker, problem: "it has not asked for work for 60 s" } },
      "the worker: it has not asked for work for 60 s",
    ],
    [
      "while Slack does not know it",
      { slack: { problems: ["not authorised"], warnings: [] } },
      "Slack: not authorised",
    ],
  ] as const)("is not ready %s, and says why", (_when, parts, reason) => {
    expect(readinessOf({ ...FINE, ...parts })).toEqual({
      ready: false,
      reasons: [reason],
      warnings: [],
    });
  });

  it("warns of what somebody should mend, and is ready all the same", () => {
    const parts = {
      slack: { problems: [], warnings: ["there is no channel relaeses"] },
      configuration: "slipway.yml:8:11: unknown key",
      replicas: ["replicas run with different configurations"],
      withoutDeployments: true,
    };
    expect(readinessOf({ ...FINE, ...parts })).toEqual({
      ready: true,
      reasons: [],
      warnings: [
        "there is no channel relaeses",
        "replicas run with different configurations",
        "the configuration was changed, and the old one stays in force: slipway.yml:8:11: unknown key",
        "it was started with --without-deployments: nothing is deployed, watched or rolled back until it is started without",
      ],
    });
  });
});

describe("readiness of intake", () => {
  it("is ready while the ledger takes events", () => {
    const parts = { stopping: false, ledger: { ok: true } } as const;
    expect(intakeReadinessOf(parts)).toEqual({ ready: true, reasons: [], warnings: [] });
  });

  it("is not ready while it stops, or the ledger takes nothing", () => {
    const parts = { stopping: true, ledger: { ok: false, why: "the disk is full" } } as const;
    expect(intakeReadinessOf(parts)).toEqual({
      ready: false,
      reasons: ["it is being stopped", "the ledger: the disk is full"],
      warnings: [],
    });
  });
});
