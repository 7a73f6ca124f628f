/** From values to places on the picture. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  place(value: number): number;
}

export function linearScale(
  domain: readonly [number, number],
  range: readonly [number, number],
): Scale {
  const [low, high] = domain;
  const [start, end] = range;
  return {
    low,
    high,
    // By halves: the whole span of very large numbers is beyond what a double holds.
    place: (value) => start + ((value / 2 - low / 2) / (high / 2 - low / 2)) * (end - start),
  };
}

/** Room above and below the values, as a share of their span. */
const PADDING = 0.1;
/** Values whose span is this much of their size, or more, are shown from zero on. */
const FROM_ZERO = 0.6;

/**
 * What the axis shows: all values with some room. `bounds`: beyond these no value can be, so the room ends
 * there. Values that are all the same are shown in the middle.
 */
export function domainOf(
  values: readonly number[],
  bounds: readonly [number, number],
): readonly [number, number] {
  const [least, most] = extent(values);
  const span = most - least;
  if (!Number.isFinite(span)) return [least, most];
  if (span <= Math.abs(most) * Number.EPSILON * 8) return around(least, bounds);
  const room = span * PADDING;
  const isAboveZero = least >= 0 && span >= most * FROM_ZERO;
  const low = isAboveZero ? 0 : least - room;
  return [Math.max(low, bounds[0]), Math.min(most + room, Math.max(bounds[1], most))];
}

function around(value: number, [lowest, highest]: readonly [number, number]): [number, number] {
  if (value === 0) return [Math.max(-1, lowest), 1];
  const room = Math.abs(value) * 0.1;
  const low = Math.max(value - room, lowest);
  const high = Math.min(value + room, highest);
  return [low, high > low ? high : low + room];
}

function extent(values: readonly number[]): readonly [number, number] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return values.length === 0 ? [0, 1] : [least, most];
}

/** Round numbers inside the domain, about as many as asked for, and how far they are apart. */
export function ticks(
  [low, high]: readonly [number, number],
  wanted: number,
): { readonly step: number; readonly values: readonly number[] } {
  const rough = high / wanted - low / wanted;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * magnitude >= rough * 0.999) ?? 10;
  const step = factor * magnitude;
  const values: number[] = [];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  for (let index = first; index <= last; index += 1) {
    // Not summed up: the errors of a hundred additions show in the labels.
    values.push(Number((index * step).toPrecision(12)));
  }
  return { step, values };
}
