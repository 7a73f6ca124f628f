import { AdapterError, errorText } from "../../shared/errors.ts";
import { rephraseError } from "../rephrase-error.ts";

/**
 * The same failure, while an earlier try may have taken effect: whatever went wrong now, it does not show
 * that nothing was begun.
 */
export function asUncertain(error: unknown): AdapterError {
  return error instanceof AdapterError
    ? rephraseError(error, { uncertain: true })
    : new AdapterError(errorText(error), { retryable: false, uncertain: true, cause: error });
}
