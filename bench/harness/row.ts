/** One line of the table that `npm run bench` prints. */
export interface Row {
  readonly name: string;
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
  /** How far the rounds lay apart, e.g. `ratio 0.61 to 0.68`. */
  readonly spread?: string;
}
