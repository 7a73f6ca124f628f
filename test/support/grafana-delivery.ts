import { createHmac } from "node:crypto";

export interface SentAlert {
  readonly status: "firing" | "resolved";
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: number;
}

/** A notification as a contact point of Grafana signs and sends it. */
export async function sendAsGrafana(
  url: string,
  secret: string,
  alert: SentAlert,
): Promise<{
  readonly status: number;
  readonly answer: { readonly outcome: string; readonly code: string };
}> {
  const { status, fingerprint, labels, startsAt } = alert;
  const body = JSON.stringify({
    version: "1",
    status,
    alerts: [
      {
        status,
        fingerprint,
        labels,
        annotations: { summary: "5xx ratio 7.3%" },
        startsAt: new Date(startsAt).toISOString(),
        endsAt: status === "firing" ? "0001-01-01T00:00:00Z" : new Date().toISOString(),
      },
    ],
  });
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-grafana-alerting-signature": signature },
    body,
  });
  return { status: response.status, answer: (await response.json()) as never };
}
