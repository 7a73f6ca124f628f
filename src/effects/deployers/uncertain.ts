import { AdapterError, errorText } from "../../shared/errors.ts";

/**
 * The same failure, while an earlier try may have taken effect: whatever went wrong now, it does not show
 * that nothing was begun.
 */
export function asUncertain(error: unknown): AdapterError {
  const { retryable, retryAfter } =
    error instanceof AdapterError ? error : { retryable: false, retryAfter: null };
  return new AdapterError(errorText(error), {
    retryable,
    uncertain: true,
    cause: error,
    ...(retryAfter === null ? {} : { retryAfter }),
  });
}
