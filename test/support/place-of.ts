/** `slipway.yml:line:column` of the first place where a text has another one. */
export function placeOf(text: string, wanted: string): string {
  const offset = text.indexOf(wanted);
  if (offset === -1) throw new Error(`there is no ${wanted}`);
  const before = text.slice(0, offset).split("\n");
  return `slipway.yml:${before.length}:${(before.at(-1) ?? "").length + 1}`;
}
