/** One line of the table that `npm run bench` prints. */
export interface Row {
  readonly name: string;
  /** Infinity, here and of the peer: it was not over after `waited`. */
  readonly value: number;
  readonly unit: string;
  /** What it is held against; null: nothing, or a limit only. */
  readonly peer: string | null;
  readonly peerValue: number | null;
  /** Ours against the peer's, measured in the same rounds. */
  readonly ratio: number | null;
  /** In words, e.g. `ratio >= 0.6`; null: for orientation only. */
  readonly target: string | null;
  /** Whether the target is met; null: there is none. */
  readonly ok: boolean | null;
  /** How long was waited for what is infinite. */
  readonly waited?: number;
  /** How far the rounds lay apart, e.g. `ratio 0.61 to 0.68`. */
  readonly spread?: string;
}

/** A row whose value or ratio is held against a limit. */
export function held(
  row: Omit<Row, "target" | "ok">,
  what: "value" | "ratio",
  operator: "<" | "<=" | ">=",
  limit: number,
): Row {
  const actual = row[what];
  if (actual === null) throw new Error(`${row.name} has no ${what}`);
  return {
    ...row,
    target: `${what === "ratio" ? "ratio " : ""}${operator} ${limit}`,
    ok: HOLDS[operator](actual, limit),
  };
}

const HOLDS = {
  "<": (actual: number, limit: number) => actual < limit,
  "<=": (actual: number, limit: number) => actual <= limit,
  ">=": (actual: number, limit: number) => actual >= limit,
};
