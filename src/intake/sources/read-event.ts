import type { z } from "zod";
import type { ParsedEvent } from "./source.ts";

/** What one event of a system came to, before its problems are put into words. */
export type ReadEvent = ParsedEvent | { readonly kind: "malformed"; readonly error: z.ZodError };
