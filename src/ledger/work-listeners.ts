/** Who wants to know that there may be work. */
export class WorkListeners {
  readonly #callbacks = new Set<() => void>();

  /** Returns how to stop it. */
  add(callback: () => void): () => void {
    // The same function may be added twice; each is stopped by its own.
    const own = () => callback();
    this.#callbacks.add(own);
    return () => this.#callbacks.delete(own);
  }

  /** After whoever announces has gone on: what a callback does, or throws, is not theirs to answer for. */
  announce(): void {
    for (const callback of this.#callbacks) queueMicrotask(callback);
  }
}
