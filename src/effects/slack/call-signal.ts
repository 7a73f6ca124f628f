import { AsyncLocalStorage } from "node:async_hooks";

/** Slack's client takes no signal for a call: it is handed to the request beside it. */
const signals = new AsyncLocalStorage<AbortSignal>();

/** Makes a call whose requests are cut off when the signal fires. */
export function callUnder<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  return signals.run(signal, call);
}

/** The signal of the call that is being made; null: none was given. */
export function presentSignal(): AbortSignal | null {
  return signals.getStore() ?? null;
}
