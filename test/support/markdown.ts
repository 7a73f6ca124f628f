/** The fenced blocks of a language, in order. */
export function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, body]) =>
    name === language && body !== undefined ? [body] : [],
  );
}

export function block(text: string, language: string, index = 0): string {
  const found = blocks(text, language)[index];
  if (found === undefined) throw new Error(`there is no block ${index} of ${language}`);
  return found;
}

/** The rows of the table whose first column has this heading, without its head; cells without marks. */
export function table(text: string, heading: string): readonly (readonly string[])[] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  if (start === -1) throw new Error(`there is no table of ${heading}`);
  const after = lines.slice(start + 2);
  const rows = after.slice(
    0,
    after.findIndex((line) => !line.startsWith("|")),
  );
  return rows.map((row) => row.split(" | ").map((cell) => cell.replace(/^\| | \|$|`/g, "")));
}
