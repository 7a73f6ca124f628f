/** When jobs were begun here. */
export class Runs {
  readonly #at = new Map<number, number>();
  readonly #waiting = new Map<number, (at: number) => void>();

  note(job: number): void {
    const at = now();
    this.#at.set(job, at);
    this.#waiting.get(job)?.(at);
  }

  of(job: number): Promise<number> {
    const at = this.#at.get(job);
    if (at !== undefined) return Promise.resolve(at);
    return new Promise((resolve) => {
      this.#waiting.set(job, resolve);
    });
  }
}

/** Milliseconds of the machine's monotonic clock, which all processes share. */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
