const TOLERANCE = 1e-4;

/**
 * A zero of a function between two places, as Kayenta's BrentSolver finds it, with its tolerance of 0.0001
 * in the unit of the samples: Brent, Algorithms for Minimization without Derivatives (1973), chapter 4.
 */
export function rootBetween(low: number, high: number, f: (x: number) => number): number {
  let [a, b] = [low, high];
  let [fa, fb] = [f(a), f(b)];
  if (isZero(fa)) return a;
  if (isZero(fb)) return b;
  let [c, fc] = [a, fa];
  for (;;) {
    const before = b - a;
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const least = 2 * Number.EPSILON * Math.abs(b) + TOLERANCE / 2;
    const half = (c - b) / 2;
    if (Math.abs(half) <= least || isZero(fb)) return b;
    const canGuess = Math.abs(before) >= least && Math.abs(fa) > Math.abs(fb);
    const guess = canGuess ? interpolated({ a, b, c, fa, fb, fc, before, least }) : null;
    const step = guess ?? half;
    a = b;
    fa = fb;
    b += Math.abs(step) < least ? (step > 0 ? least : -least) : step;
    fb = f(b);
    if ((fb > 0 && fc > 0) || (fb < 0 && fc < 0)) {
      c = a;
      fc = fa;
    }
  }
}

interface State {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly fa: number;
  readonly fb: number;
  readonly fc: number;
  readonly before: number;
  readonly least: number;
}

/** A step by a line or a parabola through the last places; null: bisection is safer. */
function interpolated({ a, b, c, fa, fb, fc, before, least }: State): number | null {
  const width = c - b;
  let p: number;
  let q: number;
  if (a === c) {
    p = width * (fb / fa);
    q = 1 - fb / fa;
  } else {
    const [r, s, t] = [fa / fc, fb / fc, fb / fa];
    p = t * (width * r * (r - s) - (b - a) * (s - 1));
    q = (r - 1) * (s - 1) * (t - 1);
  }
  if (p > 0) q = -q;
  else p = -p;
  const isInside = p < 0.75 * width * q - Math.abs(least * q) / 2;
  return isInside && p < Math.abs((before * q) / 2) ? p / q : null;
}

/** Equal to 0 but for one unit in the last place, as Precision.equals of Commons Math has it. */
function isZero(value: number): boolean {
  return Math.abs(value) <= Number.MIN_VALUE;
}
