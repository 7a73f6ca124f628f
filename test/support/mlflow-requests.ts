import { createHmac } from "node:crypto";
import { NOW, type SignedPost } from "./signed-request.ts";

export const MLFLOW_SECRET = "your-secret-key-in-mlflow";

/** A delivery as MLflow signs it: with the bytes of the secret as it is written. */
export function signedByMlflow(
  body: Buffer,
  options: { readonly delivery?: string; readonly secret?: string; readonly at?: number } = {},
): SignedPost {
  const { delivery = "0b9d2d2e-6f3a-4d35-9a38-0f2a4c1f7c11", secret = MLFLOW_SECRET } = options;
  const timestamp = String(Math.floor((options.at ?? NOW) / 1000));
  const mac = createHmac("sha256", secret).update(`${delivery}.${timestamp}.`).update(body);
  return {
    body,
    headers: {
      "content-type": "application/json",
      "x-mlflow-delivery-id": delivery,
      "x-mlflow-timestamp": timestamp,
      "x-mlflow-signature": `v1,${mac.digest("base64")}`,
    },
  };
}
