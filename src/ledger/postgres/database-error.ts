import { DatabaseError } from "pg";
import { errorText } from "../../shared/errors.ts";
import { Unavailable } from "../ledger.ts";

/** The COMMIT was sent, and no answer came: it took effect, or it did not. */
export class CommitUnanswered extends Error {
  override readonly name = "CommitUnanswered";
}

/**
 * Classes of SQLSTATE that say that our statement is wrong, or what was put into it: the same call would
 * fail again however often it is tried. PostgreSQL manual, appendix A.
 */
const OUR_FAULT = new Set(["22", "23", "42"]);
/** Of those classes, but the operator's to mend: no right to the table. */
const INSUFFICIENT_PRIVILEGE = "42501";
const READ_ONLY = "25006";
/** The database chose this transaction to give way to another one. */
const GAVE_WAY = new Set(["40001", "40P01"]);

/** It is starting or has no connection left. */
const NOT_YET = new Set(["57P03", "53300"]);

/** Whether no database answered, or one that says that it will be there in a while. */
export function isAway(error: unknown): boolean {
  if (!(error instanceof Unavailable)) return false;
  const code = sqlStateBehind(error);
  return code === null || NOT_YET.has(code);
}

/** Whether the transaction was undone in favour of another one, so that it may simply be tried again. */
export function gaveWay(error: unknown): boolean {
  const code = sqlStateBehind(error);
  return code !== null && GAVE_WAY.has(code);
}

/** Whether it came from a server that only reads: a standby, or a primary that has become one. */
export function takesNoWrites(error: unknown): boolean {
  return sqlStateBehind(error) === READ_ONLY;
}

/** Whether the database itself has answered: then a COMMIT that failed has not taken effect. */
export function isAnswer(error: unknown): boolean {
  const code = sqlState(error);
  // 08: connection, 57: the server is shutting down or the session was ended from outside.
  return code !== null && !code.startsWith("08") && !code.startsWith("57");
}

/** `Unavailable` for whatever may be over later; anything else as it came. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof Unavailable) return error;
  const code = sqlState(error);
  if (code !== null && OUR_FAULT.has(code.slice(0, 2)) && code !== INSUFFICIENT_PRIVILEGE) {
    return error;
  }
  return new Unavailable(`PostgreSQL ${sentence(error, code)}`, { cause: error });
}

function sentence(error: unknown, code: string | null): string {
  if (code === READ_ONLY) {
    return "takes no writes: it is a standby, or default_transaction_read_only is on; point DATABASE_URL at the primary";
  }
  if (code !== null) return `refused: ${errorText(error)} (SQLSTATE ${code})`;
  return `cannot be reached: ${textOf(error)}`;
}

/** An address that resolves to several gives one error for each, and no text of its own. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(errorText).join("; ");
  return errorText(error);
}

function sqlStateBehind(error: unknown): string | null {
  return sqlState(error instanceof Unavailable ? error.cause : error);
}

function sqlState(error: unknown): string | null {
  return error instanceof DatabaseError ? (error.code ?? null) : null;
}
