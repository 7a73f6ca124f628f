/** What writes that are under way have taken hold of, by name, and until when. */
export class InFlight {
  readonly #held = new Map<string, Promise<void>>();

  /** The end of a write that holds one of these; null: all of them are free at this moment. */
  holderOf(names: Iterable<string>): Promise<void> | null {
    for (const name of names) {
      const holder = this.#held.get(name);
      if (holder !== undefined) return holder;
    }
    return null;
  }

  /** Holds all of these, which must be free, until the write has ended, well or not. */
  hold(names: readonly string[], write: Promise<unknown>): void {
    const release = (): void => {
      for (const name of names) this.#held.delete(name);
    };
    const ended = write.then(release, release);
    for (const name of names) this.#held.set(name, ended);
  }

  /** Resolves when nothing is under way. */
  async none(): Promise<void> {
    while (this.#held.size > 0) await Promise.all(this.#held.values());
  }
}
