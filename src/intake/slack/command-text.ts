/**
 * The text of a command as the person typed it. With `should_escape` Slack sends `<@U1|ana>` for a person,
 * `<!subteam^S1|@sre>` for a group, `<#C1|releases>` for a channel, `<https://x|label>` for a link, and
 * entities for `&`, `<` and `>`.
 */
export function typedText(text: string): string {
  return text
    .replace(/<([^<>]*)>/g, (_whole, inner: string) => asTyped(inner))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function asTyped(token: string): string {
  const bar = token.indexOf("|");
  const target = bar === -1 ? token : token.slice(0, bar);
  const label = bar === -1 ? "" : token.slice(bar + 1);
  const sign = target[0];
  if (sign === "@" || sign === "#") return `${sign}${label === "" ? target.slice(1) : label}`;
  if (sign === "!") return label === "" ? `@${target.slice(1)}` : label;
  return label === "" ? target : label;
}
