import type { Row } from "./row.ts";

const HEADINGS = ["name", "value", "unit", "peer", "peer's", "ratio", "target", "ok", "spread"];
/** Columns of numbers: their ends stand below one another. */
const RIGHT = new Set(["value", "peer's", "ratio"]);

/** The rows as lines of text, the columns below one another. */
export function tableOf(rows: readonly Row[]): readonly string[] {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...cells.map((line) => line[column]?.length ?? 0)),
  );
  return cells.map((line) =>
    line
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return RIGHT.has(HEADINGS[column] ?? "") ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
}

function cellsOf(row: Row): readonly string[] {
  return [
    row.name,
    numberText(row.value, row),
    row.unit,
    row.peer ?? "",
    numberText(row.peerValue, row),
    row.ratio === null ? "" : row.ratio.toFixed(2),
    row.target ?? "",
    row.ok === null ? "" : row.ok ? "yes" : "MISSED",
    row.spread ?? "",
  ];
}

/** Three digits say more than such a measurement knows. */
function numberText(value: number | null, { waited }: Pick<Row, "waited">): string {
  if (value === null) return "";
  if (!Number.isFinite(value)) return `> ${waited}`;
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
