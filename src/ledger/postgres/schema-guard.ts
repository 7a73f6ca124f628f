import { type Health, Unavailable } from "../ledger.ts";
import { newerThanKnown } from "../schema.ts";

/**
 * What this process knows to read and write. During a rolling upgrade it meets what newer processes have
 * written: it leaves that alone, and says so until it is replaced.
 */
export class SchemaGuard {
  /** `SCHEMA` of this process. */
  readonly known: number;
  /** The first part that it met. */
  #part: string | null = null;
  /** That there is one, wherever it is. */
  #somewhere: string | null = null;

  constructor(known: number) {
    this.known = known;
  }

  /** @throws Unavailable where it is newer than this process */
  check(schema: number, what: string): void {
    if (schema <= this.known) return;
    this.#part ??= newerThanKnown(what, schema, this.known);
    throw new Unavailable(newerThanKnown(what, schema, this.known));
  }

  /** The highest of all that is written. */
  saw(newest: number): void {
    if (newest > this.known)
      this.#somewhere ??= newerThanKnown("a part of the ledger", newest, this.known);
  }

  /** Names the part, where one is known. */
  health(): Health {
    const why = this.#part ?? this.#somewhere;
    return why === null ? { ok: true } : { ok: false, why };
  }
}
