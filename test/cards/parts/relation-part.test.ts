import { describe, expect, it } from "vitest";
import { drawDetails } from "../../../src/cards/details-modal.ts";
import { drawReleaseCard } from "../../../src/cards/release-card.ts";
import type { Relations } from "../../../src/core/need.ts";
import { textOf } from "../expected.ts";
import { aView } from "../views.ts";

const card = (relations: Relations) => textOf(drawReleaseCard(aView({ relations })).blocks);

const NEED = { component: "svc-feed", range: ">=2.3.0" };
const DEPENDENT = { component: "model-rank", range: "^2026.11", satisfied: true };

describe("what a release needs of other components, on its card", () => {
  it("is said with what is there", () => {
    const places = [
      { environment: "staging", found: "2.3.1", met: true },
      { environment: "production", found: "2.2.0", met: false },
      { environment: "edge", found: null, met: false },
    ];
    expect(card({ needs: [{ ...NEED, places }], neededBy: [] })).toContain(
      "*Other components*\n🔗 Needs *svc-feed* `&gt;=2.3.0`: staging has 2.3.1, ❌ production has 2.2.0, ❌ edge has none",
    );
  });

  it("counts environments beyond four", () => {
    const places = Array.from({ length: 6 }, (_, index) => ({
      environment: `e${index}`,
      found: "3",
      met: true,
    }));
    expect(card({ needs: [{ ...NEED, places }], neededBy: [] })).toContain("e3 has 3, and 2 more");
  });
});

describe("who needs a component, on its card", () => {
  it.each([
    {
      name: "runs",
      places: [{ environment: "production", version: "7" }],
      satisfied: true,
      text: "🔗 Needed by *model-rank* `^2026.11`: production runs 7",
    },
    {
      name: "does not run yet",
      places: [],
      satisfied: true,
      text: "🔗 Needed by *model-rank* `^2026.11`: nothing of it runs yet",
    },
    {
      name: "could not run with this release",
      places: [{ environment: "production", version: "7" }],
      satisfied: false,
      text: "production runs 7 · ❌ this release does not satisfy that",
    },
  ])("is said where it $name", ({ places, satisfied, text }) => {
    expect(card({ needs: [], neededBy: [{ ...DEPENDENT, satisfied, places }] })).toContain(text);
  });

  it("comes first where it is not met, and is counted beyond four", () => {
    const edge = (index: number) => ({
      ...DEPENDENT,
      component: `c${index}`,
      satisfied: index !== 5,
      places: [],
    });
    const relations = { needs: [], neededBy: [0, 1, 2, 3, 4, 5].map(edge) };
    const text = card(relations);
    expect(text.indexOf("*c5*")).toBeLessThan(text.indexOf("*c0*"));
    expect(text).toContain("and 2 more, see Details");
    expect(textOf(drawDetails(aView({ relations })).blocks)).toContain("*c4*");
  });

  it("is nothing where there are no edges", () => {
    expect(card({ needs: [], neededBy: [] })).not.toContain("Other components");
  });
});
