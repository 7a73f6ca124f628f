import { z } from "zod";

/**
 * A map that takes no key beyond these. The text of an unknown-key issue is the list of keys there are,
 * from which `issue-text.ts` makes a suggestion for each.
 */
export function strict<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? Object.keys(shape).join(", ") : undefined,
  });
}
