/** Lets a number of them in at once; the others wait for their turn. */
export interface TurnTaking {
  /** Runs `work` in its turn; if the signal fires before that, it never runs. */
  take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export function createTurnTaking(atOnce: number): TurnTaking {
  const waiting: (() => void)[] = [];
  let inside = 0;

  const enter = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const admit = () => {
        signal.removeEventListener("abort", leave);
        inside += 1;
        resolve();
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(admit), 1);
        reject(signal.reason as Error);
      };
      if (inside < atOnce) return admit();
      waiting.push(admit);
      signal.addEventListener("abort", leave, { once: true });
    });

  return {
    take: async (signal, work) => {
      await enter(signal);
      try {
        return await work();
      } finally {
        inside -= 1;
        waiting.shift()?.();
      }
    },
  };
}
