import { sourceContract } from "../../contracts/source-contract.ts";
import { fixtureBytes } from "../../support/intake-fixture.ts";
import { retold } from "../../support/retold.ts";
import { sourceSettings } from "../../support/source-settings.ts";

const TOKEN = "5f0c6a1e9b7d4832a1";
const SETTINGS = sourceSettings({ id: "am", type: "alertmanager", tokens: [TOKEN] });
const FIXTURES = [
  "v4.firing.captured",
  "v4.firing.0.34.constructed",
  "v4.firing-and-resolved.captured",
  "v4.resolved.captured",
].map((name) => ({
  name,
  body: fixtureBytes(`alertmanager/${name}.json`),
  kind: "alert" as const,
}));

sourceContract({
  type: "alertmanager",
  settings: SETTINGS,
  credential: TOKEN,
  nextCredential: "0b1d8c3f6e2a4957b2",
  rotate: (tokens) => ({ ...SETTINGS, tokens }),
  sign: (body, { credential }) => ({
    body,
    headers: { "content-type": "application/json", authorization: `Bearer ${credential}` },
  }),
  unsigned: ({ headers: { authorization: _, ...headers }, body }) => ({ headers, body }),
  signsTime: false,
  alerts: { alertname: "HighErrorRate" },
  rule: {},
  repository: null,
  good: FIXTURES.slice(0, 2),
  // The other Alertmanager of a pair names itself, and lists the alerts as it pleases.
  again: (body) => {
    const sent = JSON.parse(body.toString()) as { readonly alerts: readonly unknown[] };
    const other = { ...sent, externalURL: "http://other:9093", alerts: sent.alerts.toReversed() };
    return retold(Buffer.from(JSON.stringify(other)));
  },
  foreign: Buffer.from(FIXTURES[0]?.body.toString().replaceAll("HighErrorRate", "Other") ?? ""),
  fixtures: FIXTURES,
});
