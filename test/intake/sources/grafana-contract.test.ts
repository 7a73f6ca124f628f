import { createHmac } from "node:crypto";
import { type SourceContract, sourceContract } from "../../contracts/source-contract.ts";
import { fixtureBytes } from "../../support/intake-fixture.ts";
import { retold } from "../../support/retold.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const SECRET = "5f0c6a1e9b7d4832a1";
const FIXTURE = {
  name: "webhook.firing",
  body: fixtureBytes("grafana/webhook.firing.min.constructed.json"),
  kind: "alert" as const,
};

function hmac(secret: string, ...parts: readonly (string | Buffer)[]): string {
  const mac = createHmac("sha256", secret);
  for (const part of parts) mac.update(part);
  return mac.digest("hex");
}

const COMMON = {
  type: "grafana",
  credential: SECRET,
  nextCredential: "0b1d8c3f6e2a4957b2",
  alerts: { service: "checkout", environment: "production" },
  rule: {},
  repository: null,
  good: [FIXTURE],
  // As it repeats it: what is measured has gone on.
  again: (body: Buffer) => {
    const { alerts, ...sent } = JSON.parse(body.toString()) as { readonly alerts: object[] };
    const measured = alerts.map((alert) => ({ ...alert, values: { B: 9.1, C: 1 } }));
    return retold(Buffer.from(JSON.stringify({ ...sent, alerts: measured, message: "still" })));
  },
  foreign: Buffer.from(FIXTURE.body.toString().replaceAll('"checkout"', '"somebody-elses"')),
  fixtures: [FIXTURE],
} satisfies Partial<SourceContract>;

const TIMED = sourceSettings({
  id: "grafana",
  type: "grafana",
  secrets: [SECRET],
  options: { signatureHeader: "X-Acme-Signature", timestampHeader: "X-Acme-Time" },
});

sourceContract({
  ...COMMON,
  settings: TIMED,
  rotate: (secrets) => ({ ...TIMED, secrets }),
  sign: (body, { credential, at }) => {
    const time = String(Math.floor(at / 1000));
    const signature = hmac(credential, `${time}:`, body);
    const headers = {
      "content-type": "application/json",
      "x-acme-time": time,
      "x-acme-signature": signature,
    };
    return { body, headers };
  },
  unsigned: ({ headers: { "x-acme-signature": _, ...headers }, body }) => ({ headers, body }),
  signsTime: true,
});

const UNTIMED = sourceSettings({ id: "grafana", type: "grafana", secrets: [SECRET] });

sourceContract({
  ...COMMON,
  fixtures: [],
  settings: UNTIMED,
  rotate: (secrets) => ({ ...UNTIMED, secrets }),
  sign: (body, { credential }) => ({
    body,
    headers: {
      "content-type": "application/json",
      "x-grafana-alerting-signature": hmac(credential, body),
    },
  }),
  unsigned: ({ body }) => ({ headers: { "content-type": "application/json" }, body }),
  signsTime: false,
});

const WITH_TOKEN = sourceSettings({ id: "grafana", type: "grafana", tokens: [SECRET] });

sourceContract({
  ...COMMON,
  fixtures: [],
  settings: WITH_TOKEN,
  rotate: (tokens) => ({ ...WITH_TOKEN, tokens }),
  sign: (body, { credential }) => ({
    body,
    headers: { "content-type": "application/json", authorization: `Bearer ${credential}` },
  }),
  unsigned: ({ body }) => ({ headers: { "content-type": "application/json" }, body }),
  signsTime: false,
});
