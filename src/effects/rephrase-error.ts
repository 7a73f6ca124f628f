import { AdapterError } from "../shared/errors.ts";

/** The same failure in other words, or with another claim on whether it took effect. */
export function rephraseError(
  error: AdapterError,
  change: { readonly message?: string; readonly uncertain?: boolean },
): AdapterError {
  const { retryable, retryAfter } = error;
  return new AdapterError(change.message ?? error.message, {
    retryable,
    uncertain: change.uncertain ?? error.uncertain,
    cause: error,
    ...(retryAfter === null ? {} : { retryAfter }),
  });
}
