/**
 * The latest value that was worked out of a pair of objects, for as long as both are in memory. For pure
 * functions of values that never change: to remember what one gave changes nothing but the time it takes.
 */
export class PairMemo<A extends object, B extends object, V> {
  readonly #values = new WeakMap<A, WeakMap<B, V>>();

  get(a: A, b: B): V | undefined {
    return this.#values.get(a)?.get(b);
  }

  set(a: A, b: B, value: V): void {
    const ofA = this.#values.get(a) ?? new WeakMap<B, V>();
    this.#values.set(a, ofA.set(b, value));
  }
}
