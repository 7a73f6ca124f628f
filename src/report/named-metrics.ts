import { ok, problem, type Result } from "./result.ts";

const PREFIX = "metric.";

/**
 * Metrics that tests leave behind as properties named `metric.<name>`, the last one of a name as long as
 * all say the same.
 */
export class NamedMetrics {
  readonly #numbers = new Map<string, number>();
  /** The first thing that makes one of them useless. */
  #wrong: string | null = null;

  /** Takes no notice of what is not named so. */
  add(property: string, value: unknown): void {
    if (!property.startsWith(PREFIX) || property === PREFIX) return;
    const name = property.slice(PREFIX.length);
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number !== "number" || !Number.isFinite(number)) {
      this.#wrong ??= `${property}: ${String(value).slice(0, 80)} is not a finite number`;
    } else if (this.#numbers.has(name) && this.#numbers.get(name) !== number) {
      this.#wrong ??= `${property}: is there twice, with different values`;
    } else this.#numbers.set(name, number);
  }

  result(): Result<Readonly<Record<string, number>>> {
    return this.#wrong === null ? ok(Object.fromEntries(this.#numbers)) : problem(this.#wrong);
  }
}
