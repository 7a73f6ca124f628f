import { describe, expect, it } from "vitest";
import { MOST_PAGES } from "../../src/cards/blocks/pages.ts";
import { type AskedPage, drawDetails, drawNoDetails } from "../../src/cards/details-modal.ts";
import { parsePosition } from "../../src/cards/ids.ts";
import type { ReadModal } from "../../src/cards/message.ts";
import type { ReleaseView } from "../../src/cards/view.ts";
import { checkModal } from "../../src/demo/block-kit.ts";
import {
  aBuild,
  aComponentPolicy,
  aDataset,
  aGateJudgement,
  aGateResult,
  anEnvironmentPolicy,
  aPromotion,
} from "../support/builders.ts";
import { textOf } from "./expected.ts";
import { aView, CHAMPION } from "./views.ts";

const many = <T>(count: number, item: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => item(index));
const padded = (index: number) => String(index).padStart(4, "0");
const named = (what: string) => (index: number) =>
  `${what}-${padded(index)} of a name of some size`;

const BUILD = aBuild({
  metrics: Object.fromEntries(many(500, (index) => [named("metric")(index), index / 7])),
  slices: Object.fromEntries(
    many(600, (index) => [
      named("slice")(index),
      Object.fromEntries(many(index === 0 ? 45 : 1, (number) => [`q${padded(number)}`, number])),
    ]),
  ),
  checks: many(700, (index) => ({
    name: named("check")(index),
    status: "pass",
    expected: null,
    actual: "as it should be",
  })),
  datasets: many(200, (index) => aDataset({ name: named("data")(index) })),
  notes: many(90, (index) => `note ${padded(index)} ${"of some words ".repeat(4)}`).join("\n"),
});

/** A page after the other, as somebody turns them. */
function pagesOf(view: ReleaseView): readonly ReadModal[] {
  const pages: ReadModal[] = [];
  let asked: AskedPage = { page: 1, seen: null };
  for (;;) {
    const modal = drawDetails(view, asked);
    pages.push(modal);
    const position = parsePosition(modal.private_metadata);
    if (position === null || !buttonsOf(modal).includes("Next")) return pages;
    asked = { page: position.page + 1, seen: position.seen };
  }
}

function buttonsOf({ blocks }: ReadModal): readonly string[] {
  return blocks
    .flatMap((block) => (block.type === "actions" ? (block.elements as readonly object[]) : []))
    .map((element) => (element as { readonly text: { readonly text: string } }).text.text);
}

function wordsOf({ blocks }: ReadModal): string {
  return textOf(blocks);
}

describe("details that have no room in one modal", () => {
  const view = aView({ drawn: { build: BUILD } });
  const pages = pagesOf(view);
  const all = pages.slice(1).map(wordsOf).join("\n");

  it("are on several pages, each of which Slack takes", () => {
    expect(pages.length).toBeGreaterThan(3);
    for (const page of pages) expect(checkModal(page)).toEqual([]);
  });

  it.each([
    ["metric", 500],
    ["slice", 600],
    ["check", 700],
    ["data", 200],
  ])("have every %s", (what, count) => {
    const found = new Set(all.match(new RegExp(`\\b${what}-\\d{4}`, "g")));
    expect(found.size).toBe(count);
  });

  it("have every number of a slice that has many, and every word of the notes", () => {
    const [rows] = [all.split("\n").filter((row) => row.includes("slice-0000"))];
    expect(new Set(rows.join().match(/\bq\d{4}/g)).size).toBe(45);
    expect(new Set(all.match(/\bnote \d{4}/g)).size).toBe(90);
    expect(all).not.toMatch(/and \d+ more/);
  });

  it("begin with something of everything, and say where the rest is", () => {
    const [first] = pages.map(wordsOf);
    for (const heading of ["Promotions", "Metrics", "Slices", "Checks", "Data sets", "Commits"]) {
      expect(first).toContain(`*${heading}*`);
    }
    expect(first).toContain(
      `Page 1 of ${pages.length}. The next pages have all of what is cut here.`,
    );
    expect(first).not.toContain("Left out");
  });

  it("say on each page what it is, repeat the heading of what goes on, and lead both ways", () => {
    const [, second, third] = pages;
    if (second === undefined || third === undefined) throw new Error("there are no such pages");
    expect(wordsOf(second)).toContain(`model-pymk 2026.11.22-3: page 2 of ${pages.length}`);
    expect(wordsOf(third)).toContain(" · continued");
    expect(pages.map(buttonsOf).map((labels) => labels.join())).toEqual(
      pages.map((_, index) =>
        index === 0 ? "Next" : index === pages.length - 1 ? "Earlier" : "Earlier,Next",
      ),
    );
  });

  it("keep their place in the modal", () => {
    expect(pages.map((page) => parsePosition(page.private_metadata))).toEqual(
      pages.map((_, index) => ({
        component: "model-pymk",
        version: "2026.11.22-3",
        page: index + 1,
        seen: expect.stringMatching(/^[0-9a-z]+$/),
      })),
    );
  });

  it.each([
    [0, 1],
    [-7, 1],
    [99, pages.length],
  ])("have for page %i the nearest that there is", (page, shown) => {
    const drawn = drawDetails(view, { page, seen: null });
    expect(parsePosition(drawn.private_metadata)?.page).toBe(shown);
  });

  it("say when the release is no longer what the page before was drawn of", () => {
    const changed = "The release has changed since you looked at it";
    const seen = parsePosition(pages[0]?.private_metadata ?? "")?.seen ?? null;
    expect(wordsOf(drawDetails(view, { page: 2, seen }))).not.toContain(changed);
    const fewer = { ...BUILD, checks: BUILD.checks.slice(0, 100) };
    const revised = drawDetails(aView({ drawn: { build: fewer } }), { page: 2, seen });
    expect(wordsOf(revised)).toContain(changed);
    expect(parsePosition(revised.private_metadata)?.seen).not.toBe(seen);
    const short = drawDetails(aView({}), { page: 2, seen });
    expect([wordsOf(short).includes(changed), short.private_metadata]).toEqual([true, ""]);
  });
});

describe("details with long rows of something else", () => {
  it("have all environments, and all gates of each", () => {
    const names = many(12, named("place"));
    const view = aView({
      policy: aComponentPolicy({ environments: names.map((name) => anEnvironmentPolicy(name)) }),
      drawn: {
        gates: Object.fromEntries(
          names.map((environment) => [
            environment,
            aGateJudgement({
              environment,
              results: many(30, (index) =>
                aGateResult({ name: `${environment} ${padded(index)}` }),
              ),
            }),
          ]),
        ),
      },
    });
    const all = pagesOf(view).map(wordsOf).join("\n");
    for (const name of names) {
      expect(all).toContain(`*${name}*`);
      expect(new Set(all.match(new RegExp(`${name} \\d{4}`, "g"))).size).toBe(30);
    }
  });

  it("have every slice that is no longer reported", () => {
    const gone = Object.fromEntries(many(250, (index) => [named("gone")(index), { auc: 1 }]));
    const champion = { ...CHAMPION, build: aBuild({ slices: gone }) };
    const view = aView({ drawn: { build: aBuild({ slices: { all: { auc: 1 } } }) } });
    const releases = { ...view.state.releases, [champion.id]: champion };
    const state = { ...view.state, releases };
    const all = pagesOf({ ...view, state })
      .map(wordsOf)
      .join("\n");
    expect(new Set(all.match(/\bgone-\d{4}/g)).size).toBe(250);
  });

  it("have notes of one endless line", () => {
    const view = aView({ drawn: { build: aBuild({ notes: "word ".repeat(1_200) }) } });
    const [first, second] = pagesOf(view).map(wordsOf);
    expect(second?.match(/word/g)?.length).toBeGreaterThan(1_190);
    expect(first).toContain("Page 1 of 2");
  });

  it("end after many pages, and say what has the rest", () => {
    const gates = Object.fromEntries(
      many(40, (index) => {
        const environment = named("place")(index);
        const results = many(600, (gate) => aGateResult({ name: named("gate")(gate) }));
        return [environment, aGateJudgement({ environment, results })];
      }),
    );
    const last = drawDetails(aView({ drawn: { gates } }), { page: MOST_PAGES, seen: null });
    expect(wordsOf(last)).toContain(
      `Page ${MOST_PAGES} of ${MOST_PAGES}. There may be more, which \`slipway audit export\` has.`,
    );
    expect(buttonsOf(last)).toEqual(["Earlier"]);
  });

  it("of a name that is too long to keep a place with cannot be turned, and say so", () => {
    const version = "\u0001".repeat(600);
    const view = aView({ drawn: { version, build: BUILD, promotions: [aPromotion({})] } });
    const modal = drawDetails(view);
    expect([modal.private_metadata, buttonsOf(modal)]).toEqual(["", []]);
    expect(wordsOf(modal)).toContain("these names are too long for Slack to keep the place in");
  });
});

describe("details that there are not", () => {
  it("are said to be none, in the same modal", () => {
    const blocks = [{ type: "divider" }];
    expect(drawNoDetails({ blocks })).toMatchObject({
      callback_id: "release.details.modal",
      private_metadata: "",
      blocks,
    });
  });
});
