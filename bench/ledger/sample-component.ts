import { type ComponentState, emptyComponent } from "../../src/core/component.ts";
import type { DomainEvent } from "../../src/core/event.ts";
import type { Promotion } from "../../src/core/promotion.ts";
import type { GateJudgement, Release } from "../../src/core/release.ts";

const BEGAN = Date.UTC(2026, 0, 1);
const ACTOR = { kind: "person", id: "U024BE7LH", name: "dana" } as const;
/** Closed releases that a component's state keeps, so that its document has about 30 KB. */
export const KEPT = 12;

export function componentName(n: number): string {
  return `svc-${String(n).padStart(4, "0")}`;
}

/** A release with gates and a promotion into production: about 2.3 KB of JSON. */
export function sampleRelease(component: string, sequence: number): Release {
  const version = `${Math.floor(sequence / 100)}.${sequence % 100}.0`;
  const id = `${component}@${version}`;
  const at = BEGAN + sequence * 3_600_000;
  return {
    id,
    version,
    sequence,
    registeredAt: at,
    builtAt: at,
    build: {
      version,
      outcome: "success",
      source: "ci",
      run: { id: `train/${sequence}`, attempt: 1, url: "https://ci.example/runs/1" },
      trigger: "data",
      startedBy: null,
      startedAt: at - 3_600_000,
      finishedAt: at,
      artifact: { uri: `registry.example/${component}:${version}`, digest: digestOf(sequence) },
      commit: {
        repository: `acme/${component}`,
        sha: digestOf(sequence).slice(7, 47),
        tag: null,
        branch: "main",
        author: "dana@acme.test",
        subject: "Retrain on one more week of edges",
      },
      metrics: { auc: 0.8132, p95_latency_ms: 21.4, calibration: 0.012 },
      slices: { "country=BR": { auc: 0.79 }, "country=IN": { auc: 0.81 } },
      tests: { passed: 812, failed: 0, skipped: 3 },
      checks: [{ name: "feature null rate", status: "pass", expected: "< 1%", actual: "0.2%" }],
      datasets: [
        { name: "hive.pymk_edges", version: "2026-11-21", digest: null, rows: 81_233_411 },
      ],
      notes: null,
    },
    revision: 1,
    status: { kind: "superseded", by: `${component}@next`, at },
    gates: { production: judgement(sequence, at) },
    promotions: [promotion(id, at)],
    notes: null,
    messages: { card: { channel: "C0123456789", ts: "1795348800.000100" } },
  };
}

export function sampleState(component: string, sequence: number): ComponentState {
  const kept = Array.from({ length: Math.min(KEPT, sequence) }, (_, n) =>
    sampleRelease(component, sequence - n),
  );
  return {
    ...emptyComponent(component),
    sequence,
    releases: Object.fromEntries(kept.map((release) => [release.id, release])),
  };
}

/** What happened to it, in short: to open a ledger, and to commit, takes none of the past events. */
export function sampleEvents({ id }: Release): readonly DomainEvent[] {
  return [
    {
      type: "MessagePosted",
      release: id,
      key: "card",
      channel: "C0123456789",
      ts: "1795348800.000100",
    },
    { type: "ReleaseRetired", release: id },
  ];
}

function digestOf(sequence: number): string {
  return `sha256:${sequence.toString(16).padStart(64, "0")}`;
}

function judgement(sequence: number, at: number): GateJudgement {
  const gate = (name: string, subject: string, actual: number, limit: number) => ({
    name,
    verdict: "pass" as const,
    blocks: false,
    sentence: `${subject} is ${actual}, at least ${limit} is wanted`,
    numbers: [{ subject, operator: ">=" as const, actual, limit, live: actual }],
  });
  return {
    environment: "production",
    live: null,
    results: [gate("AUC at least 0.80", "auc", 0.8132, 0.8)],
    digest: digestOf(sequence),
    judgedAt: at,
  };
}

function promotion(release: string, at: number): Promotion {
  return {
    id: `${release}/production/1`,
    release,
    environment: "production",
    attempt: 1,
    requestedBy: ACTOR,
    requestedAt: at,
    byName: false,
    digest: digestOf(at),
    plan: {
      deploy: { deployer: "actions", params: { environment: "production" } },
      verify: [],
      watched: true,
    },
    approvals: [{ by: ACTOR, at, digest: digestOf(at) }],
    approvedAt: at,
    voided: null,
    state: { kind: "live", since: at },
    incident: null,
    overridden: null,
  };
}
