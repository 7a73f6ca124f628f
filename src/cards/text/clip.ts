const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** What must not be cut in two besides a grapheme: a token such as `<@U024BE7LH>`, and an entity. */
const WHOLE = /<[^<>]*>|&(?:amp|lt|gt);/y;

/**
 * Cuts escaped text to at most `max` code units, with an ellipsis where something was cut: never inside
 * an entity, a `<…>` token, a surrogate pair or a grapheme.
 */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = startOfWhole(text, startOfGrapheme(text, max - 1));
  return `${text.slice(0, end).trimEnd()}…`;
}

/** The last border of a token or entity at or before `at`. */
function startOfWhole(text: string, at: number): number {
  for (const opening of ["<", "&"]) {
    const start = at === 0 ? -1 : text.lastIndexOf(opening, at - 1);
    if (start === -1) continue;
    WHOLE.lastIndex = start;
    const [whole = ""] = WHOLE.exec(text) ?? [];
    if (start + whole.length > at) return start;
  }
  return at;
}

/** The last border of a grapheme at or before `at`. Segmenting is slow: it begins at a border nearby. */
function startOfGrapheme(text: string, at: number): number {
  let from = at;
  while (from > 0 && !(isAscii(text, from - 1) && isAscii(text, from))) from -= 1;
  let end = from;
  for (const { index, segment } of GRAPHEMES.segment(text.slice(from, at + 2))) {
    end = from + index;
    if (end + segment.length > at) break;
  }
  return end;
}

/** Between two of these there is always a border (UAX #29: only CR LF would hold together). */
function isAscii(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0x20 && unit < 0x7f;
}
