import { newerThanKnown } from "../schema.ts";
import type { LedgerImage } from "./image.ts";
import { UnknownSchema } from "./store-schema.ts";

/** @throws UnknownSchema where a newer version of the program has written it */
export function checkKnown({ documents }: LedgerImage, directory: string, known: number): void {
  for (const { stream, schema } of documents.all()) {
    if (schema > known) {
      throw new UnknownSchema(newerThanKnown(`${stream} in ${directory}`, schema, known));
    }
  }
}
