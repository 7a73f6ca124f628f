import { sourceContract } from "../../contracts/source-contract.ts";
import { retold } from "../../support/retold.ts";
import { OTHER_REPORT_SECRET, REPORT_SECRET, signedBytes } from "../../support/signed-request.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const REPORT = Buffer.from(
  JSON.stringify({
    component: "component-under-test",
    version: "2026.11.22-3",
    outcome: "success",
    run: { id: "train_pymk/2026-11-22", attempt: 1, url: "https://airflow.example/dags/x" },
    trigger: "data",
    startedAt: "2026-11-22T08:00:00Z",
    finishedAt: "2026-11-22T09:12:00Z",
    artifact: { uri: "registry.example/pymk:3", digest: `sha256:${"0b".repeat(32)}` },
    commit: { repository: "acme/pymk", sha: "a".repeat(40), branch: "main", author: "dana" },
    metrics: { auc: 0.8132 },
    slices: { "country=BR": { auc: 0.79 } },
    tests: { passed: 812, failed: 0, skipped: 3 },
    checks: [{ name: "null rate", status: "pass", expected: "< 1%", actual: "0.2%" }],
    datasets: [{ name: "edges", version: "2026-11-21", digest: "0f", rows: 3 }],
    notes: "Retrained",
  }),
);

const SETTINGS = sourceSettings({ id: "ci", type: "report", secrets: [REPORT_SECRET] });

sourceContract({
  type: "report",
  settings: SETTINGS,
  credential: REPORT_SECRET,
  nextCredential: OTHER_REPORT_SECRET,
  rotate: (secrets) => ({ ...SETTINGS, secrets }),
  sign: (body, { delivery, credential, at }) =>
    signedBytes(body, {}, { id: delivery, secret: credential, at }),
  unsigned: ({ headers: { "webhook-signature": _, ...headers }, body }) => ({ headers, body }),
  signsTime: true,
  rule: {},
  repository: "acme/pymk",
  good: [{ name: "a build report", body: REPORT, kind: "build" }],
  again: (body) => retold(body),
  foreign: Buffer.from(REPORT.toString().replace("component-under-test", "another")),
  fixtures: [{ name: "a build report", body: REPORT }],
});
