/*
 * Loaded with `node --import` before a replica of the chaos suite, and by nothing else: the wall clock of
 * that process is wrong by CHAOS_CLOCK_SHIFT milliseconds. Timers and the monotonic clock are left alone,
 * as they are on a machine whose clock was set wrong.
 */
const shift = Number(process.env.CHAOS_CLOCK_SHIFT ?? "0");
const trueNow = Date.now.bind(Date);

class ShiftedDate extends Date {
  constructor(...given: readonly [] | readonly [number | string | Date]) {
    if (given.length === 0) super(trueNow() + shift);
    else super(...(given as [number]));
  }

  static override now(): number {
    return trueNow() + shift;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
