const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What must not be cut in two besides a grapheme: a token such as `<@U024BE7LH>`, and an entity. */
const WHOLE = /<[^<>]*>|&(?:amp|lt|gt);/y;

/**
 * Cuts escaped text to at most `max` code units, with an ellipsis where something was cut: never inside
 * an entity, a `<…>` token, a surrogate pair or a grapheme.
 */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = 0;
  for (const { index, segment } of GRAPHEMES.segment(text.slice(0, max))) {
    if (index < end) continue;
    const next = index + (wholeAt(text, index) ?? segment.length);
    if (next >= max) break;
    end = next;
  }
  return `${text.slice(0, end).trimEnd()}…`;
}

/** The length of the token or entity that starts there; null: none does. */
function wholeAt(text: string, index: number): number | null {
  WHOLE.lastIndex = index;
  return WHOLE.exec(text)?.[0].length ?? null;
}
