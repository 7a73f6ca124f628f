/** A regular expression in RE2's syntax that matches exactly this text. */
export function asRegex(value: string): string {
  return value.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}

/**
 * The same for the inside of backticks, where nothing can be escaped: what would end them, or would be lost
 * there, is written as its number.
 */
export function asRegexInBackticks(value: string): string {
  return asRegex(value).replaceAll("`", "\\x60").replaceAll("\r", "\\r").replaceAll("\n", "\\n");
}

/** For the inside of a text whose escapes are those of Go. */
export function inGoQuotes(value: string, quote: string): string {
  return value
    .replaceAll("\\", "\\\\")
    .replaceAll(quote, `\\${quote}`)
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
}
