import { LiteralScanner } from "../../../shared/queries/literal-scanner.ts";

/** The stream selector that a log query begins with; null: it begins with none, as a metric query. */
export function selectorOf(query: string): string | null {
  const scanner = new LiteralScanner({ quotes: '"`', raw: "`", comment: "#" });
  const text = query.trim();
  let read = "";
  for (const character of text) {
    scanner.read(character);
    read += character;
    if (scanner.literal !== null || scanner.isInComment) continue;
    const code = scanner.code.trimStart();
    if (code !== "" && !code.startsWith("{")) return null;
    if (character === "}") return read;
  }
  return null;
}
