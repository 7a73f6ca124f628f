/** One step forward of the tables. What was released is never edited: a later step mends it. */
export interface Migration {
  /** From 1, without gaps. */
  readonly version: number;
  readonly name: string;
  /** Statements that may run inside one transaction. */
  readonly sql: string;
  /**
   * It only adds what older programs need not know, so that they may go on writing beside it. Absent: they
   * write nothing any more.
   */
  readonly compatible?: true;
}
