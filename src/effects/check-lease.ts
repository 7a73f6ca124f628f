/**
 * A process that was stopped for longer than its lease (SIGSTOP, a frozen container) goes on where it was: an
 * answer that came meanwhile may be handed to it before its timers run, and so before its signal fires.
 * Whoever is about to have an effect therefore asks the clock, and not only the signal.
 */
const checks = new WeakMap<AbortSignal, readonly (() => void)[]>();

/** From now on `check` is called by whoever is about to have an effect under this signal; it fires it when it is late. */
export function watchLease(signal: AbortSignal, check: () => void): void {
  checks.set(signal, [...(checks.get(signal) ?? []), check]);
}

/** Fires with any of these, and is checked as they are. */
export function anySignal(...signals: readonly AbortSignal[]): AbortSignal {
  const any = AbortSignal.any([...signals]);
  checks.set(
    any,
    signals.flatMap((signal) => checks.get(signal) ?? []),
  );
  return any;
}

/** Called directly before anything is sent or begun. @throws the signal's reason, when it has fired or is late */
export function checkLease(signal: AbortSignal): void {
  for (const check of checks.get(signal) ?? []) check();
  signal.throwIfAborted();
}
