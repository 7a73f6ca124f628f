/** Raised when the shape of a stored file changes. */
export const STORE_SCHEMA = 1;

/** A newer version of Slipway has written this folder. Nothing was changed. */
export class UnknownSchema extends Error {
  override readonly name = "UnknownSchema";
}

/** Looks at the member `schema` of what was read. @throws UnknownSchema */
export function checkSchemaOf(json: unknown, place: string): void {
  const isObject = typeof json === "object" && json !== null;
  checkSchema(isObject && "schema" in json ? json.schema : undefined, place);
}

/** @throws UnknownSchema */
export function checkSchema(found: unknown, place: string): void {
  if (found === STORE_SCHEMA) return;
  throw new UnknownSchema(
    `${place} has schema ${JSON.stringify(found) ?? "none"}, and this version of Slipway knows only ${STORE_SCHEMA}: ` +
      "start the version that wrote it. Nothing was changed",
  );
}
