import { z } from "zod";
import type { Alert } from "../../core/alert.ts";
import { alertDelivery, alertOf, alertSchema, pageOf } from "./alert-group.ts";
import { decodeJson } from "./decode.ts";
import { fieldProblems } from "./field-problems.ts";
import { hmacHolds } from "./hmac.ts";
import type { SignedRequest, SourceAdapter, SourceSettings, Verification } from "./source.ts";
import { TOLERANCE_SECONDS } from "./standard-webhooks.ts";
import { verifyToken } from "./static-token.ts";

/** What Grafana calls it where the contact point says nothing else. */
const SIGNATURE = "x-grafana-alerting-signature";
const MOST_VALUES = 6;

/** Alerts that Grafana makes of a rule that it cannot evaluate. */
const CANNOT_MEASURE = ["DatasourceNoData", "DatasourceError"];
/** Annotation `grafana_state_reason`: the rule says that no data, or an error, is to fire. */
const REASONS_OF_NO_DATA = ["NoData", "Error"];

const envelope = z.object({ version: z.literal("1"), alerts: z.array(z.unknown()) });

const address = z.string().max(10_000).nullish();

const schema = z.object({
  alerts: z
    .array(
      alertSchema.extend({
        values: z.record(z.string().max(200), z.number().nullable()).nullish(),
        panelURL: address,
        dashboardURL: address,
      }),
    )
    .max(10_000, "must have at most 10000 entries"),
  truncatedAlerts: z.int().min(0).optional(),
});

type GrafanaAlert = z.output<typeof schema>["alerts"][number];

/** Notifications of a webhook contact point of Grafana, for the watches of what is deployed. */
export const grafanaSource: SourceAdapter = {
  takesPut: true,
  mediaTypes: { "application/json": decodeJson },
  verify: verifyGrafana,
  parse({ body }) {
    if (!envelope.safeParse(body).success) {
      const message =
        'not a notification of Grafana, which has version "1" and a list of alerts: take the custom payload out of the contact point, if it is set';
      return { kind: "malformed", delivery: null, message };
    }
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      return { kind: "malformed", delivery: null, message: fieldProblems(parsed.error, body) };
    }
    const { alerts, truncatedAlerts = 0 } = parsed.data;
    return { kind: "delivery", ...alertDelivery(alerts.map(toAlert), truncatedAlerts) };
  },
};

/** With a secret only the signature counts; a token is looked at where there is none. */
function verifyGrafana(
  request: SignedRequest,
  { secrets, tokens, options }: SourceSettings,
  now: number,
): Verification {
  if (secrets.length === 0) return verifyToken(request, tokens);
  const { headers, body } = request;
  const name = headerOf(options.signatureHeader) ?? SIGNATURE;
  const signature = headers[name] ?? "";
  if (signature === "") {
    const message = `${name} is missing: give the contact point in Grafana the secret of this source under HMAC Signature`;
    return { kind: "refused", code: "signature_missing", message };
  }
  const timestampName = headerOf(options.timestampHeader);
  const timestamp = timestampName === null ? null : (headers[timestampName] ?? "");
  if (timestamp !== null && !/^\d{1,15}$/.test(timestamp)) {
    const message = `${timestampName} is missing or is no time in seconds: name the same timestamp header in the contact point and in this source`;
    return { kind: "refused", code: "signature_missing", message };
  }
  const parts = timestamp === null ? [body] : [`${timestamp}:`, body];
  if (!hmacHolds({ keys: secrets, parts, offered: [signature], encoding: "hex" })) {
    const message = `${name} does not fit: the secret, and whether there is a timestamp header, must be the same in Grafana and in this source`;
    return { kind: "refused", code: "signature_wrong", message };
  }
  // Only now is it known that the time was not made up.
  if (timestamp !== null && Math.abs(now / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) {
    const message = `${timestampName} is more than ${TOLERANCE_SECONDS} s off: compare the clocks`;
    return { kind: "refused", code: "outside_time_window", message };
  }
  return { kind: "verified" };
}

function headerOf(option: unknown): string | null {
  return typeof option === "string" ? option.toLowerCase() : null;
}

function toAlert(sent: GrafanaAlert): Alert {
  const page = [sent.panelURL, sent.dashboardURL, sent.generatorURL].map(pageOf);
  const reason = sent.annotations?.grafana_state_reason ?? "";
  const blind =
    CANNOT_MEASURE.includes(sent.labels.alertname ?? "") || REASONS_OF_NO_DATA.includes(reason);
  return alertOf(sent, {
    url: page.find((one) => one !== null) ?? null,
    because: blind ? "no-data" : "condition",
    measured: valuesOf(sent),
  });
}

/** The numbers that the rule was evaluated to, by the names of its expressions: `(B 7.3, C 1)`. */
function valuesOf({ values }: GrafanaAlert): string {
  const shown = Object.entries(values ?? {}).slice(0, MOST_VALUES);
  const texts = shown.flatMap(([name, value]) => (value === null ? [] : [`${name} ${value}`]));
  return texts.length === 0 ? "" : `(${texts.join(", ")})`;
}
