/** Memory that one request holds; everything it took is given back at once. */
export interface ByteLease {
  /** False: there is not so much left, and nothing was taken. */
  take(bytes: number): boolean;
  release(): void;
}

export interface ByteBudget {
  lease(): ByteLease;
}

/**
 * Bounds what all requests together may keep in memory: a body is read before its signature can be
 * checked, so that without a bound anybody could fill the memory with large bodies.
 */
export function createByteBudget(total: number): ByteBudget {
  let used = 0;
  return {
    lease() {
      let held = 0;
      return {
        take(bytes) {
          if (used + bytes > total) return false;
          used += bytes;
          held += bytes;
          return true;
        },
        release() {
          used -= held;
          held = 0;
        },
      };
    },
  };
}
