import type { Json } from "../../core/json.ts";
import { didYouMean } from "../did-you-mean.ts";
import type { Path } from "../problems.ts";
import { find, keysAt } from "./find.ts";
import { CHECKS_OF_WATCHES } from "./watch-places.ts";

/** Something wrong between two places, reported at one of them. */
export interface Finding {
  readonly path: Path;
  readonly at: "key" | "value";
  readonly message: string;
  /** In the text at that place. */
  readonly offset?: number;
}

/** Where names of entries are used, and the section that must have them. */
const REFERENCES = [
  { pattern: ["components", "*", "intake", "*", "source"], section: "sources", what: "source" },
  {
    pattern: ["components", "*", "environments", "*", "deploy", "use"],
    section: "deployers",
    what: "deployer",
  },
  {
    pattern: ["components", "*", "environments", "*", "verify", "*", "use"],
    section: "deployers",
    what: "deployer",
  },
  ...CHECKS_OF_WATCHES.map((pattern) => ({
    pattern: [...pattern, "*", "source"],
    section: "metrics",
    what: "metrics source",
  })),
  {
    pattern: ["components", "*", "environments", "*", "watch", "alerts", "*", "source"],
    section: "sources",
    what: "source",
  },
];

/** Names that no entry has. */
export function unknownReferences(root: Json): readonly Finding[] {
  return REFERENCES.flatMap(({ pattern, section, what }) => {
    const known = keysAt(root, [section]);
    return find(root, pattern).flatMap(({ path, value }): readonly Finding[] => {
      if (typeof value !== "string" || known.includes(value)) return [];
      return [{ path, at: "value", message: unknown(what, value, section, known) }];
    });
  });
}

/** Needs on components that do not exist, on the component itself, and in a circle. */
export function wrongNeeds(root: Json): readonly Finding[] {
  const known = keysAt(root, ["components"]);
  const needs = find(root, ["components", "*", "needs", "*"]).map(({ path }) => ({
    path,
    from: String(path[1]),
    to: String(path[3]),
  }));
  return needs.flatMap(({ path, from, to }): readonly Finding[] => {
    if (!known.includes(to)) {
      return [{ path, at: "key", message: unknown("component", to, "components", known) }];
    }
    const way = wayBack(to, from, needs, new Set());
    if (way === null) return [];
    const circle = [from, ...way].join(" needs ");
    return [{ path, at: "key", message: `a circle: ${circle}; none of them could ever go first` }];
  });
}

interface NeedEdge {
  readonly from: string;
  readonly to: string;
}

/** The components from one to another along needs; null when there is no such way. */
function wayBack(
  start: string,
  end: string,
  needs: readonly NeedEdge[],
  seen: Set<string>,
): readonly string[] | null {
  if (start === end) return [start];
  if (seen.has(start)) return null;
  seen.add(start);
  for (const { from, to } of needs) {
    const way = from === start ? wayBack(to, end, needs, seen) : null;
    if (way !== null) return [start, ...way];
  }
  return null;
}

function unknown(what: string, name: string, section: string, known: readonly string[]): string {
  const choice = known.length === 0 ? `${section} has none` : `there is ${known.join(", ")}`;
  return `unknown ${what} "${name}"${didYouMean(name, known)}; ${choice}`;
}
