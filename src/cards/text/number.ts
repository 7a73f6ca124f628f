const FEWEST_DIGITS = 4;
/** As many as a double has: with them two different numbers are two different texts. */
const MOST_DIGITS = 17;

/** Made once: making a format is slow, using it is not. */
const WHOLE = new Intl.NumberFormat("en-US");

/** A whole number that counts something: `81,233,411`. */
export function countText(count: number): string {
  return WHOLE.format(count);
}

/** `0.8132`, `81,233,411`, `1,234.57`: at least four significant digits, and never less than whole numbers. */
export function decimal(value: number): string {
  return print(value, FEWEST_DIGITS);
}

/** `+0.0031`, `−12`, `±0`: a difference. */
export function signed(value: number): string {
  if (value === 0) return "±0";
  return value > 0 ? `+${decimal(value)}` : decimal(value);
}

/**
 * Prints numbers that are compared with the digits it takes to tell them apart: 0.79996 against 0.8 is
 * not shown as "0.8 < 0.8".
 */
export function distinctly(compared: readonly number[]): (value: number) => string {
  return distinctlyInEach([compared]);
}

/** The same of several comparisons at once: numbers of different ones may well look alike. */
export function distinctlyInEach(
  comparisons: readonly (readonly number[])[],
): (value: number) => string {
  const digits = comparisons.map(digitsToTell);
  const most = Math.max(FEWEST_DIGITS, ...digits);
  return (value) => print(value, most);
}

function digitsToTell(compared: readonly number[]): number {
  const different = new Set(compared).size;
  let digits = FEWEST_DIGITS;
  const texts = () => new Set(compared.map((value) => print(value, digits)));
  while (digits < MOST_DIGITS && texts().size < different) digits += 1;
  return digits;
}

function print(value: number, digits: number): string {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "infinite" : "−infinite";
  return withMinus(Math.abs(value), value < 0, digits);
}

function withMinus(size: number, negative: boolean, digits: number): string {
  const text = printSize(size, digits);
  return negative ? `−${text}` : text;
}

function printSize(size: number, digits: number): string {
  if (size !== 0 && (size >= 1e15 || size < 1e-6)) return size.toExponential(digits - 1);
  if (Number.isInteger(size)) return countText(size);
  const whole = size < 1 ? 0 : Math.floor(size).toString().length;
  const precise = size.toPrecision(Math.min(MOST_DIGITS, Math.max(digits, whole + 2)));
  return String(Number(precise)).replace(/^\d+/, (integer) => countText(Number(integer)));
}
