/** As a program prints a number. Number() would also take "", "0x1" and " 1 ". */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const MOST = 500;
const LONGEST_NAME = 200;
const NAME = /^[^\p{Cc}\p{Cs}]+$/u;

/** A finite number, or a text that is one as a whole; null: it is neither. */
export function numberIn(value: unknown): number | null {
  const number =
    typeof value === "string" && NUMBER.test(value.trim()) ? Number(value.trim()) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

export interface Numbers {
  readonly metrics: Readonly<Record<string, number>>;
  /** Names of what is no number, or is one too many. */
  readonly leftOut: readonly string[];
}

/** The entries that are numbers, at most 500 of them; of two with one name the last. */
export function numbersAmong(entries: Iterable<readonly [string, unknown]>): Numbers {
  const metrics = new Map<string, number>();
  const leftOut: string[] = [];
  for (const [name, value] of entries) {
    const number = numberIn(value);
    const fits = NAME.test(name) && name.length <= LONGEST_NAME && name !== "__proto__";
    if (number === null || !fits || (metrics.size >= MOST && !metrics.has(name))) {
      leftOut.push(name);
    } else metrics.set(name, number);
  }
  return { metrics: Object.fromEntries(metrics), leftOut };
}
