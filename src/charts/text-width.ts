export type Weight = "regular" | "bold";

/** Advance widths of Lato from the space to the tilde, in thousandths of the size of the letters. */
const WIDTHS: Readonly<Record<Weight, readonly number[]>> = {
  regular: [
    193, 343, 397, 580, 580, 786, 703, 230, 300, 300, 400, 580, 212, 347, 212, 373, 580, 580, 580,
    580, 580, 580, 580, 580, 580, 580, 252, 252, 580, 580, 580, 398, 822, 680, 647, 685, 753, 581,
    566, 734, 756, 307, 444, 681, 514, 920, 756, 798, 611, 798, 644, 530, 590, 730, 680, 1019, 643,
    629, 624, 300, 375, 300, 580, 394, 307, 507, 559, 467, 559, 524, 337, 511, 556, 256, 254, 524,
    256, 821, 556, 556, 552, 559, 403, 434, 373, 556, 512, 766, 504, 512, 462, 300, 300, 300, 580,
  ],
  bold: [
    193, 361, 422, 580, 580, 803, 714, 238, 300, 300, 400, 580, 225, 359, 225, 387, 580, 580, 580,
    580, 580, 580, 580, 580, 580, 580, 265, 265, 580, 580, 580, 421, 823, 710, 652, 671, 748, 573,
    562, 723, 756, 314, 437, 698, 517, 930, 756, 800, 625, 800, 655, 537, 595, 728, 710, 1047, 679,
    655, 617, 300, 391, 300, 580, 394, 319, 524, 570, 477, 570, 535, 351, 518, 569, 271, 269, 552,
    271, 842, 569, 569, 566, 570, 409, 437, 387, 569, 534, 791, 540, 534, 470, 300, 300, 300, 580,
  ],
};

/** For letters beyond ASCII: the widest of the common ones. */
const OTHER = 760;
const FIRST = 0x20;

/** How wide a line of text is, in the unit of `size`; never less than it is drawn. */
export function textWidth(text: string, size: number, weight: Weight = "regular"): number {
  const widths = WIDTHS[weight];
  const sum = [...text].reduce(
    (total, character) => total + (widths[(character.codePointAt(0) ?? 0) - FIRST] ?? OTHER),
    0,
  );
  return (sum * size) / 1000;
}

/** The text, or as much of it as is no wider than `most`, with an ellipsis in place of the rest. */
export function fitText(
  text: string,
  most: number,
  font: { readonly size: number; readonly weight?: Weight },
): string {
  const width = (candidate: string) => textWidth(candidate, font.size, font.weight);
  if (width(text) <= most) return text;
  const characters = [...text];
  while (characters.length > 0 && width(`${characters.join("")}…`) > most) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}

/** What the font file has letters for: Latin-1, dashes, quotes, the ellipsis and the minus. */
const DRAWABLE = /[^\x20-\x7e\xa0-\xac\xae-\xff\u2010-\u201e\u2022\u2026\u2212]/gu;

export function drawable(text: string): string {
  return text.replace(/\s+/gu, " ").replace(DRAWABLE, "?");
}
