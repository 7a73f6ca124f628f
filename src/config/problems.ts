import { ConfigError } from "../shared/errors.ts";
import { redact } from "../shared/redact.ts";

/** Where something stands in a file; lines and columns from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Keys and indexes from the top of the configuration. */
export type Path = readonly (string | number)[];

export interface Problem {
  readonly place: Place;
  readonly path: Path;
  /** What is wrong, and what to write instead. */
  readonly message: string;
}

/** `components.model-pymk.gates[0].check` */
export function pathText(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const member = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
    return text === "" ? member : `${text}.${member}`;
  }, "");
}

/** `file:line:column path: what is wrong; what to write instead` */
function problemText({ place, path, message }: Problem): string {
  const where = `${place.file}:${place.line}:${place.column}`;
  return path.length === 0 ? `${where} ${message}` : `${where} ${pathText(path)}: ${message}`;
}

/** Problems in the order of the files, each once. */
export function problemTexts(problems: readonly Problem[]): readonly string[] {
  const ordered = [...problems].sort(
    ({ place: a }, { place: b }) =>
      (a.file < b.file ? -1 : Number(a.file > b.file)) || a.line - b.line || a.column - b.column,
  );
  return [...new Set(ordered.map(problemText))];
}

/** All problems as one error, without any of the secrets. */
export function configError(problems: readonly Problem[], secrets: readonly string[]): ConfigError {
  return new ConfigError(problemTexts(problems).map((text) => redact(text, secrets)));
}
