/** `share`: a part of one, printed in percent. */
export type Unit = "number" | "share";

const MINUS = "−";
const STEPS = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;
/** From here on thousands are shortened: `12.5k`. */
const SHORTENED_FROM = 10_000;
const SHORTENED_TO = 1e15;
const SMALLEST_PLAIN = 1e-4;
const DIGITS = 4;
/** Of a part of one, in percent. */
const SHARE_DECIMALS = 2;

/** A value beside a line: short enough for the margin, four significant digits where it has them. */
export function valueText(value: number, unit: Unit): string {
  return signed(value, (size) =>
    unit === "share"
      ? `${shortened(size * 100, percents)}%`
      : shortened(size, (part) => String(Number(part.toPrecision(DIGITS)))),
  );
}

/** Two decimals; of what is smaller the first two digits that are not zero. */
function percents(size: number): string {
  const decimals = size < 0.1 ? Number(size.toPrecision(2)) : Number(size.toFixed(SHARE_DECIMALS));
  return String(decimals);
}

/** A number at the axis: as many decimals as tell it from its neighbours, which are `step` away. */
export function tickText(value: number, step: number, unit: Unit): string {
  return signed(value, (size) => {
    const scale = unit === "share" ? 100 : 1;
    const text = shortened(size * scale, (part, divisor) =>
      part.toFixed(decimals((step * scale) / divisor)),
    );
    return unit === "share" ? `${text}%` : text;
  });
}

function signed(value: number, print: (size: number) => string): string {
  return value < 0 ? `${MINUS}${print(-value)}` : print(value);
}

function shortened(size: number, print: (part: number, divisor: number) => string): string {
  if (size !== 0 && (size < SMALLEST_PLAIN || size >= SHORTENED_TO)) {
    return size.toExponential(1).replace("-", MINUS).replace("+", "");
  }
  const [divisor, suffix] =
    size < SHORTENED_FROM ? [1, ""] : (STEPS.find(([from]) => size >= from) ?? [1, ""]);
  return `${print(size / divisor, divisor)}${suffix}`;
}

function decimals(step: number): number {
  for (let count = 0; count < 8; count += 1) {
    const scaled = step * 10 ** count;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return count;
  }
  return 8;
}
