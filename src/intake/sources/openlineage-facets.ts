import type { z } from "zod";
import type { Gap } from "../../core/build.ts";
import { fieldProblems } from "./field-problems.ts";
import type { Facets } from "./openlineage-schema.ts";
import { cleanLine } from "./text.ts";

/** Reads facets, and remembers those that are not what OpenLineage says. */
export interface FacetReader {
  /**
   * null: there is none, or it was taken back, or it is wrong. `blocks`: a wrong one holds the release back,
   * since it may be the one that says that something failed.
   */
  read<T>(facets: Facets, name: string, schema: z.ZodType<T>, blocks?: boolean): T | null;
  gaps(): readonly Gap[];
}

const MOST_GAPS = 20;

/** `of`: what the event is about, for people. */
export function createFacetReader(of: string): FacetReader {
  const gaps: Gap[] = [];
  return {
    read: (facets, name, schema, blocks = false) => {
      const facet = facets != null && Object.hasOwn(facets, name) ? facets[name] : null;
      if (facet == null || isDeleted(facet)) return null;
      const parsed = schema.safeParse(facet);
      if (parsed.success) return parsed.data;
      const what = `facet ${name} of ${cleanLine(of, 100)}`;
      const why = `it is not what OpenLineage says: ${cleanLine(fieldProblems(parsed.error, facet), 300)}`;
      if (gaps.length < MOST_GAPS) gaps.push({ what, why, blocks });
      return null;
    },
    gaps: () => gaps,
  };
}

/** A later event may take a facet back. */
function isDeleted(facet: unknown): boolean {
  return (
    typeof facet === "object" && facet !== null && "_deleted" in facet && facet._deleted === true
  );
}
