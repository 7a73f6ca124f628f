import { AdapterError } from "../../src/shared/errors.ts";

/** The AdapterError that `work` fails with; anything else fails the test. */
export async function failureOf(work: Promise<unknown>): Promise<AdapterError> {
  let value: unknown;
  try {
    value = await work;
  } catch (error) {
    if (error instanceof AdapterError) return error;
    throw error;
  }
  throw new Error(`it should have failed, and gave ${JSON.stringify(value)}`);
}
