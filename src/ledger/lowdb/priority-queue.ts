/** A binary heap that knows where each member stands, so that any of them can be taken out again. */
export class PriorityQueue<T> {
  readonly #heap: T[] = [];
  readonly #places = new Map<T, number>();
  readonly #isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#heap.length;
  }

  first(): T | undefined {
    return this.#heap[0];
  }

  has(member: T): boolean {
    return this.#places.has(member);
  }

  /** Each member stands in it once: what is in it must be removed before its order may change. */
  add(member: T): void {
    if (this.#places.has(member)) throw new Error("it stands in the queue already");
    this.#put(member, this.#heap.length);
    this.#rise(this.#heap.length - 1);
  }

  /** False: it was not in it. */
  remove(member: T): boolean {
    const place = this.#places.get(member);
    if (place === undefined) return false;
    this.#places.delete(member);
    const last = this.#heap.pop();
    if (last === undefined || last === member) return true;
    this.#put(last, place);
    this.#rise(place);
    this.#sink(this.#places.get(last) ?? place);
    return true;
  }

  #rise(from: number): void {
    for (let place = from; place > 0; ) {
      const parent = (place - 1) >> 1;
      if (!this.#comesBefore(place, parent)) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  #sink(from: number): void {
    for (let place = from; ; ) {
      let first = place;
      for (const child of [2 * place + 1, 2 * place + 2]) {
        if (child < this.#heap.length && this.#comesBefore(child, first)) first = child;
      }
      if (first === place) return;
      this.#swap(place, first);
      place = first;
    }
  }

  #comesBefore(a: number, b: number): boolean {
    return this.#isBefore(this.#at(a), this.#at(b));
  }

  #swap(a: number, b: number): void {
    const member = this.#at(a);
    this.#put(this.#at(b), a);
    this.#put(member, b);
  }

  #put(member: T, place: number): void {
    this.#heap[place] = member;
    this.#places.set(member, place);
  }

  #at(place: number): T {
    return this.#heap[place] as T;
  }
}
