/**
 * Colours that stay apart for every common kind of colour blindness (Okabe and Ito, 2008), each with a
 * second sign beside it: line, dashes, or a word. The letters have at least 4.5 to 1 on the background,
 * which the picture brings along, so that it reads the same in a dark window.
 */
export const PALETTE = {
  background: "#ffffff",
  frame: "#d8dce2",
  grid: "#e8ebef",
  text: "#1d2430",
  quiet: "#5b6472",
  release: "#0072b2",
  baseline: "#767d89",
  limit: "#d55e00",
  limitText: "#a84a00",
  beyond: "#fdeee4",
  gap: "#f1f3f6",
} as const;
