import { createHmac, createSecretKey } from "node:crypto";
import { componentName, REPORT_SECRET } from "../world/configuration.ts";
import { wholeRequest } from "./whole-request.ts";

type RequestKind = "report" | "github";

const HOOK_PATH = "/hooks/ci";
export const GITHUB_PATH = "/api/github/webhooks";
export const GITHUB_SECRET = "the secret of the webhook, 32 bytes";
/** Every body is filled up to this size, so that all peers read and sign the same number of bytes. */
const BODY_BYTES = 1_400;

export interface RequestsOrder {
  readonly kind: RequestKind;
  readonly from: number;
  readonly count: number;
  readonly components: number;
}

/** Whole HTTP requests as bytes, each a new build of the next component, signed for now. */
export function requestsOf({ kind, from, count, components }: RequestsOrder): readonly Buffer[] {
  const seconds = Math.floor(Date.now() / 1000);
  const request = kind === "report" ? reportRequest : githubRequest;
  return Array.from({ length: count }, (_, n) => request(from + n, components, seconds));
}

const reportKey = createSecretKey(Buffer.from(REPORT_SECRET.slice("whsec_".length), "base64"));
const githubKey = createSecretKey(Buffer.from(GITHUB_SECRET));

/** A build report, signed as Standard Webhooks says. */
function reportRequest(n: number, components: number, seconds: number): Buffer {
  const body = filled(report(n, components), (pad) => ({ ...report(n, components), notes: pad }));
  const id = `msg_${n}`;
  const mac = createHmac("sha256", reportKey).update(`${id}.${seconds}.`).update(body);
  return wholeRequest(HOOK_PATH, body, {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": `v1,${mac.digest("base64")}`,
  });
}

/** A completed workflow run, signed as GitHub does. */
function githubRequest(n: number, components: number, seconds: number): Buffer {
  const body = filled(workflowRun(n, components), (padding) => ({
    ...workflowRun(n, components),
    padding,
  }));
  const mac = createHmac("sha256", githubKey).update(body);
  return wholeRequest(GITHUB_PATH, body, {
    "content-type": "application/json",
    "x-github-event": "workflow_run",
    "x-github-delivery": `72d3162e-cc78-11e3-81ab-${String(n).padStart(12, "0")}`,
    "x-hub-signature-256": `sha256=${mac.digest("hex")}`,
    "user-agent": `GitHub-Hookshot/${seconds}`,
  });
}

function filled(bare: object, padded: (pad: string) => object): Buffer {
  const empty = Buffer.byteLength(JSON.stringify(padded("")));
  const missing = BODY_BYTES - empty;
  if (missing < 0) throw new Error(`a body has ${empty} bytes: ${JSON.stringify(bare)}`);
  return Buffer.from(JSON.stringify(padded("x".repeat(missing))));
}

function report(n: number, components: number) {
  const component = componentName(n % components);
  return buildReport({ component, build: Math.floor(n / components) + 1, n });
}

interface ReportedBuild {
  readonly component: string;
  /** Another one for each build of a component. */
  readonly build: number;
  /** Another one for each build of all components. */
  readonly n: number;
}

/** What a training job reports: metrics, slices, checks, and the data it was trained on. */
export function buildReport({ component, build, n }: ReportedBuild) {
  return {
    component,
    version: `2026.11.22-${build}`,
    outcome: "success",
    run: { id: `train/${build}`, attempt: 1, url: `https://ci.example/${component}/${build}` },
    trigger: "data",
    startedAt: "2026-11-22T08:00:00Z",
    finishedAt: "2026-11-22T09:12:00Z",
    artifact: {
      uri: `registry.example/${component}:2026.11.22-${build}`,
      digest: `sha256:${n.toString(16).padStart(64, "0")}`,
    },
    commit: {
      repository: `acme/${component}`,
      sha: n.toString(16).padStart(40, "0"),
      branch: "main",
      author: "dana@acme.test",
    },
    metrics: { auc: 0.81, p95_latency_ms: 21.4, calibration: 0.012 },
    slices: { "country=BR": { auc: 0.79 }, "country=IN": { auc: 0.8 }, "age<25": { auc: 0.78 } },
    tests: { passed: 812, failed: 0, skipped: 3 },
    checks: [{ name: "feature null rate", status: "pass", expected: "< 1%", actual: "0.2%" }],
    datasets: [{ name: "hive.edges", version: "2026-11-21", rows: 81_233_411 }],
  };
}

function workflowRun(n: number, components: number) {
  const component = componentName(n % components);
  return {
    action: "completed",
    workflow_run: {
      id: n,
      name: "train",
      path: ".github/workflows/train.yml",
      event: "schedule",
      head_branch: "main",
      head_sha: n.toString(16).padStart(40, "0"),
      conclusion: "success",
      run_attempt: 1,
      html_url: `https://github.com/acme/${component}/actions/runs/${n}`,
    },
    repository: { id: n % components, full_name: `acme/${component}` },
    sender: { login: "ci-bot", id: 1 },
  };
}
