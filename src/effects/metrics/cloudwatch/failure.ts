import { AdapterError } from "../../../shared/errors.ts";
import { networkFailure } from "../../network-failure.ts";
import { oneLine } from "../../one-line.ts";

/** What the AWS SDK threw, in words that say what to do. */
export function awsFailure(error: unknown): AdapterError {
  if (error instanceof AdapterError) return error;
  if (!(error instanceof Error)) return networkFailure("CloudWatch", error);
  const status = statusOf(error);
  if (error.name === "CredentialsProviderError") {
    const message = `there are no credentials for AWS: give it accessKeyId and secretAccessKey, or a role (${oneLine(error.message, 120)})`;
    return new AdapterError(message, { retryable: true });
  }
  if (status === null) return networkFailure("CloudWatch", error);
  if (status >= 200 && status < 300) {
    const message = `it answered ${status} with something that is no answer of CloudWatch: is the endpoint right?`;
    return new AdapterError(message, { retryable: true });
  }
  const isThrottled = /Throttl|TooManyRequests|LimitExceeded/.test(error.name) || status === 429;
  const hint = isThrottled ? "; it is asked too often: measure less often" : "";
  const words = `${error.name}: ${oneLine(error.message)}`;
  return new AdapterError(`it answered ${status}: ${words}${hint}`, { retryable: true });
}

/** An error of the service has the status of its answer; what never came has none. */
function statusOf(error: Error): number | null {
  const metadata: unknown = "$metadata" in error ? error.$metadata : null;
  if (typeof metadata !== "object" || metadata === null) return null;
  const status: unknown = "httpStatusCode" in metadata ? metadata.httpStatusCode : null;
  return typeof status === "number" ? status : null;
}
