/** One suggested pair of members, what was known of it, and whether the two connected. */
export interface LabelledPair extends Pair {
  readonly connected: boolean;
}

/** What the model is asked about: two members, named by `id` as `m<number>-m<number>`. */
export interface Pair {
  readonly id: string;
  /** ISO 3166-1 alpha-2, of the member who is shown the suggestion. */
  readonly country: string;
  readonly commonNeighbours: number;
  readonly sameCompany: boolean;
  readonly sameSchool: boolean;
  /** Of the newer of the two members. */
  readonly daysSinceSignup: number;
}

const COLUMNS = [
  "pair",
  "country",
  "common_neighbours",
  "same_company",
  "same_school",
  "days_since_signup",
  "connected",
] as const;
const HEADER = COLUMNS.join(",");
const LINE = /^(m\d+-m\d+),([A-Z]{2}),(\d{1,6}),([01]),([01]),(\d{1,6}),([01])$/;

/**
 * Reads a snapshot. Strict: a training job that skips what it does not understand trains on less than
 * it reports.
 * @throws Error that names the file, the line and what was expected
 */
export function parseSnapshot(text: string, file: string): readonly LabelledPair[] {
  const [header, ...lines] = text.replace(/\n$/, "").split("\n");
  if (header !== HEADER) {
    throw new Error(`${file}:1: the header is not "${HEADER}"`);
  }
  if (lines.length === 0) throw new Error(`${file}: holds no rows`);
  return lines.map((line, index) => parseLine(line, `${file}:${index + 2}`));
}

function parseLine(line: string, place: string): LabelledPair {
  const match = LINE.exec(line);
  if (match === null) {
    throw new Error(`${place}: "${line}" is not a row of ${HEADER}`);
  }
  const [, id = "", country = "", neighbours, company, school, days, connected] = match;
  return {
    id,
    country,
    commonNeighbours: Number(neighbours),
    sameCompany: company === "1",
    sameSchool: school === "1",
    daysSinceSignup: Number(days),
    connected: connected === "1",
  };
}

/** The text that `parseSnapshot` reads; the bytes of a snapshot file are exactly this. */
export function renderSnapshot(pairs: readonly LabelledPair[]): string {
  return `${[HEADER, ...pairs.map(renderLine)].join("\n")}\n`;
}

function renderLine(pair: LabelledPair): string {
  return [
    pair.id,
    pair.country,
    pair.commonNeighbours,
    Number(pair.sameCompany),
    Number(pair.sameSchool),
    pair.daysSinceSignup,
    Number(pair.connected),
  ].join(",");
}
