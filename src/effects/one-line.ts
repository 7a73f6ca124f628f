/** Control characters, and what terminals take for colours and cursor moves. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROL = /\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** Text of another system as one line of at most `longest` characters, for a detail or an error. */
export function oneLine(text: string, longest = 300): string {
  const line = text.replace(CONTROL, " ").replace(/ {2,}/g, " ").trim();
  if (line.length <= longest) return line;
  // Half of a surrogate pair is not a character.
  const cut = line.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, "");
  return `${cut.trimEnd()}…`;
}
