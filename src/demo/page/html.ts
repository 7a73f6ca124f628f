/** Markup that may stand in a page as it is. */
export interface Html {
  readonly html: string;
}

type Value = Html | readonly Html[] | string | number | null;

/** A template whose values are escaped, but for what is markup already. null is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const parts = strings.map((part, index) =>
    index < values.length ? part + printed(values[index] ?? null) : part,
  );
  return { html: parts.join("") };
}

/** Markup that somebody else made and escaped. */
export function trusted(markup: string): Html {
  return { html: markup };
}

export const NOTHING: Html = { html: "" };

export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function printed(value: Value): string {
  if (value === null) return "";
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  return isList(value) ? value.map(({ html: markup }) => markup).join("") : value.html;
}

function isList(value: Html | readonly Html[]): value is readonly Html[] {
  return Array.isArray(value);
}
