import { Webhook } from "standardwebhooks";
import { REPORT_SECRET } from "../world/configuration.ts";

export interface ReportLoad {
  readonly port: number;
  readonly components: readonly string[];
  readonly count: number;
  /** Requests that wait for their answers at any time. */
  readonly inFlight: number;
}

/** Reports new builds of components that have past ones. @throws when one is not accepted */
export async function sendReports({
  port,
  components,
  count,
  inFlight,
}: ReportLoad): Promise<void> {
  const signer = new Webhook(REPORT_SECRET);
  let next = 0;
  const sendUntilDone = async () => {
    while (next < count) {
      const n = next;
      next += 1;
      await send(signer, port, components[n % components.length] ?? "", n);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, sendUntilDone));
}

async function send(signer: Webhook, port: number, component: string, n: number): Promise<void> {
  const id = `load_${n}`;
  const at = new Date();
  const body = JSON.stringify(report(component, n));
  const response = await fetch(`http://127.0.0.1:${port}/hooks/ci`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
      "webhook-signature": signer.sign(id, at, body),
    },
    body,
  });
  const text = await response.text();
  if (response.status !== 202) throw new Error(`answered ${response.status}: ${text}`);
}

function report(component: string, n: number): object {
  return {
    component,
    version: `2026.11.22-${n}`,
    outcome: "success",
    run: { id: `train/${n}`, attempt: 1, url: `https://ci.example/${component}/${n}` },
    trigger: "data",
    artifact: { uri: `registry.example/${component}:2026.11.22-${n}` },
    commit: {
      repository: `acme/${component}`,
      sha: n.toString(16).padStart(40, "0"),
      branch: "main",
      author: "dana@acme.test",
    },
    metrics: { auc: 0.81, p95_latency_ms: 21.4, calibration: 0.012 },
    slices: { "country=BR": { auc: 0.79 }, "country=IN": { auc: 0.8 } },
    tests: { passed: 812, failed: 0, skipped: 3 },
    checks: [{ name: "feature null rate", status: "pass", expected: "< 1%", actual: "0.2%" }],
  };
}
