import { type Health, Unavailable } from "../ledger.ts";
import { newerThanKnown } from "../schema.ts";

/**
 * What this process knows to read and write. During a rolling upgrade it meets what newer processes have
 * written: it leaves that alone, and says so until it is replaced.
 */
export class SchemaGuard {
  /** `SCHEMA` of this process. */
  readonly known: number;
  #met: string | null = null;

  constructor(known: number) {
    this.known = known;
  }

  /** @throws Unavailable where it is newer than this process */
  check(schema: number, what: string): void {
    if (schema <= this.known) return;
    this.#met ??= newerThanKnown(what, schema, this.known);
    throw new Unavailable(newerThanKnown(what, schema, this.known));
  }

  /** The highest of all that is written. */
  saw(newest: number): void {
    if (newest > this.known)
      this.#met ??= newerThanKnown("a part of the ledger", newest, this.known);
  }

  health(): Health {
    return this.#met === null ? { ok: true } : { ok: false, why: this.#met };
  }
}
