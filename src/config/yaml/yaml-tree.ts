import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { Json } from "../../core/json.ts";
import type { Variable } from "../environment.ts";
import { interpolate } from "../interpolate.ts";
import type { Path, Problem } from "../problems.ts";
import { keyText, locate, offsetOf } from "./locate.ts";
import { type Positions, placeAt, type Ruler } from "./positions.ts";

/** One YAML file as data; it knows the place of everything in it. */
export interface YamlTree {
  readonly file: string;
  /** With the environment's values put in. */
  readonly value: Json;
  /** As it is written: without any secret. */
  readonly source: Json;
  /** Values of the environment that were put in. */
  readonly secrets: readonly string[];
  readonly problems: readonly Problem[];
  /** Null: the path is not written in this file. */
  positionsOf(path: Path): Positions | null;
}

/** A text of a few lines that expands to more than this is an attack or an accident. */
const MOST_NODES = 100_000;

/** Reads one YAML document. What is wrong with the YAML itself becomes problems; it never throws. */
export function readYaml(
  file: string,
  text: string,
  variable: (name: string) => Variable,
): YamlTree {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const ruler = { file, text, lines };
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const problems = faults.map(({ pos, message }) => ({
      place: placeAt(ruler, pos[0]),
      path: [],
      message: `not YAML: ${message}`,
    }));
    return { file, value: {}, source: {}, secrets: [], problems, positionsOf: () => null };
  }
  const resolve = (node: Node) => (isAlias(node) ? (node.resolve(document) ?? null) : node);
  const walk = new Walk(ruler, variable, resolve);
  const { contents } = document;
  const { value, source } = walk.read(contents, []);
  const { filledIn, secrets, problems } = walk;
  return {
    file,
    value: value ?? {},
    source: source ?? {},
    secrets,
    problems,
    positionsOf: (path) => locate({ ruler, contents, resolve, filledIn }, path),
  };
}

interface Read {
  readonly value: Json;
  readonly source: Json;
}

const NOTHING: Read = { value: null, source: null };

class Walk {
  /** Scalars into which a variable was put. */
  readonly filledIn = new Set<Node>();
  readonly secrets: string[] = [];
  readonly problems: Problem[] = [];
  readonly #ruler: Ruler;
  readonly #variable: (name: string) => Variable;
  readonly #resolve: (node: Node) => Node | null;
  readonly #open = new Set<Node>();
  #nodes = 0;

  constructor(
    ruler: Ruler,
    variable: (name: string) => Variable,
    resolve: (node: Node) => Node | null,
  ) {
    this.#ruler = ruler;
    this.#variable = variable;
    this.#resolve = resolve;
  }

  read(written: Node | null, path: Path, keyOffset: number | null = null): Read {
    const start = written?.range?.[0] ?? keyOffset ?? 0;
    this.#nodes += 1;
    if (written === null) return NOTHING;
    const node = this.#resolve(written);
    if (node === null) {
      this.#report(start, path, "an alias of which there is no anchor");
      return NOTHING;
    }
    if (this.#nodes > MOST_NODES) {
      if (this.#nodes === MOST_NODES + 1) {
        this.#report(start, path, `more than ${MOST_NODES} values`);
      }
      return NOTHING;
    }
    if (this.#open.has(node)) {
      this.#report(start, path, "an alias that contains itself");
      return NOTHING;
    }
    this.#open.add(node);
    const read = this.#readNode(node, path);
    this.#open.delete(node);
    return read;
  }

  #readNode(node: Node, path: Path): Read {
    if (isMap<Node, Node | null>(node)) {
      const members = node.items.flatMap(({ key, value }) => {
        const offset = offsetOf(key);
        const name = keyText(key);
        if (name === null) {
          this.#report(offset, path, "a key must be a plain name");
          return [];
        }
        return [{ name, read: this.read(value, [...path, name], offset) }];
      });
      return {
        value: Object.fromEntries(members.map(({ name, read }) => [name, read.value])),
        source: Object.fromEntries(members.map(({ name, read }) => [name, read.source])),
      };
    }
    if (isSeq<Node>(node)) {
      const members = node.items.map((item, index) => this.read(item, [...path, index]));
      return {
        value: members.map(({ value }) => value),
        source: members.map(({ source }) => source),
      };
    }
    return isScalar(node) ? this.#readScalar(node, path) : NOTHING;
  }

  #readScalar(node: Node, path: Path): Read {
    if (!isScalar(node)) return NOTHING;
    const { value } = node;
    const start = node.range?.[0] ?? 0;
    if (value === null || typeof value === "boolean") return { value, source: value };
    if (typeof value === "number") {
      if (Number.isFinite(value)) return { value, source: value };
      this.#report(start, path, "must be a finite number");
      return NOTHING;
    }
    if (typeof value !== "string") {
      this.#report(start, path, "must be a text, a number, true, false, a list or a map");
      return NOTHING;
    }
    const { text, values, problems } = interpolate(value, this.#variable);
    this.secrets.push(...values);
    for (const message of problems) this.#report(start, path, message);
    if (text !== value) this.filledIn.add(node);
    return { value: text, source: value };
  }

  #report(offset: number, path: Path, message: string): void {
    this.problems.push({ place: placeAt(this.#ruler, offset), path, message });
  }
}
