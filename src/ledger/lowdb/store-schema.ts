/** Raised when the shape of a stored file changes. */
export const STORE_SCHEMA = 1;

/** A newer version of Slipway has written this folder. Nothing was changed. */
export class UnknownSchema extends Error {
  override readonly name = "UnknownSchema";
}

/** @throws UnknownSchema */
export function checkSchema(found: unknown, place: string): void {
  if (found === STORE_SCHEMA) return;
  throw new UnknownSchema(
    `${place} has schema ${JSON.stringify(found)}, and this version of Slipway knows only ${STORE_SCHEMA}: ` +
      "start the version that wrote it. Nothing was changed",
  );
}
