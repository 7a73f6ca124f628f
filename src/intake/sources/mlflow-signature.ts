import type { Instant } from "../../core/json.ts";
import { hmacHolds } from "./hmac.ts";
import { isDeliveryKey, type SignedRequest, type Verification } from "./source.ts";
import { TOLERANCE_SECONDS } from "./standard-webhooks.ts";

export const DELIVERY_HEADER = "x-mlflow-delivery-id";

const HEADERS = [DELIVERY_HEADER, "x-mlflow-timestamp", "x-mlflow-signature"] as const;

/**
 * As Standard Webhooks, with other headers and another key: the bytes of the secret as it is written, where
 * Standard Webhooks decodes it (mlflow/webhooks/delivery.py, `_generate_hmac_signature`). MLflow sends a retry
 * with the time of the first try.
 */
export function verifyMlflow(
  { headers, body }: SignedRequest,
  secrets: readonly string[],
  now: Instant,
): Verification {
  const [id = "", timestamp = "", signature = ""] = HEADERS.map((name) => headers[name] ?? "");
  if (signature === "") {
    return refused(
      "signature_missing",
      "X-MLflow-Signature is missing: give the webhook in MLflow the secret of this source",
    );
  }
  if (!isDeliveryKey(id)) {
    return refused("signature_wrong", "X-MLflow-Delivery-Id is missing or is not an id");
  }
  if (!/^\d{1,12}$/.test(timestamp)) {
    return refused("signature_wrong", "X-MLflow-Timestamp must be seconds since the Unix epoch");
  }
  if (Math.abs(Math.floor(now / 1000) - Number(timestamp)) > TOLERANCE_SECONDS) {
    return refused(
      "outside_time_window",
      `X-MLflow-Timestamp is more than ${TOLERANCE_SECONDS} seconds from the time here: set the clock of the MLflow server`,
    );
  }
  const offered = signature
    .split(" ")
    .flatMap((entry) => (entry.startsWith("v1,") ? [entry.slice("v1,".length)] : []));
  const holds = hmacHolds({
    keys: secrets,
    parts: [`${id}.${timestamp}.`, body],
    offered,
    encoding: "base64",
  });
  return holds
    ? { kind: "verified" }
    : refused(
        "signature_wrong",
        "X-MLflow-Signature does not fit: the secret of the webhook in MLflow and of this source must be the same",
      );
}

function refused(
  code: "signature_missing" | "signature_wrong" | "outside_time_window",
  message: string,
): Verification {
  return { kind: "refused", code, message };
}
