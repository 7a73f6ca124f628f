import type { Build, Check } from "../../core/build.ts";
import type { Promotion } from "../../core/promotion.ts";
import type { GateJudgement, Release, ReleaseNotes } from "../../core/release.ts";
import type { ReleaseId } from "../../core/release-id.ts";
import { sections } from "../blocks/block.ts";
import type { Part } from "../blocks/compose.ts";
import { listPart } from "../blocks/list-part.ts";
import { DIGEST_CHARACTERS } from "../ids.ts";
import { SHOWN } from "../limits.ts";
import { runsIn, versionOf } from "../subject.ts";
import { counted } from "../text/lines.ts";
import { code, join, link, type Mrkdwn, md, quote } from "../text/mrkdwn.ts";
import { countText } from "../text/number.ts";
import type { ReleaseView } from "../view.ts";
import { commitLine, compareData, type DataComparison, datasetLine } from "./change-part.ts";
import { decisionTexts } from "./decision-part.ts";
import { standing } from "./environment-part.ts";
import { gateLine, verdictCounts, worstFirst } from "./gate-lines.ts";
import { ALL_ROWS, BULK } from "./metric-part.ts";

const GATES_SHOWN = [100, 40, 15, 5];
const NUMBERS_SHOWN = 10;
const PEOPLE_SHOWN = 20;
const ENVIRONMENTS_SHOWN = 8;
const LONGEST_PARAGRAPH = 2500;
const NOTES_SHOWN = [LONGEST_PARAGRAPH, SHOWN.notes];

/** Every attempt at an environment: how it stands, who decided what and when, and on which evidence. */
export function promotionsPart({ state, release }: ReleaseView): readonly Part[] {
  return listPart({
    name: "promotions",
    title: "promotions",
    rank: 90,
    heading: md`*Promotions*`,
    items: release.promotions.toReversed(),
    counts: [20, 8, 3],
    line: (one) => promotionLine(one, runsIn(state, release, one.environment)),
  });
}

function promotionLine(promotion: Promotion, running: boolean): Mrkdwn {
  const { environment, attempt, digest } = promotion;
  const head = md`• *${environment}*, attempt ${attempt}: it ${standing(promotion, running)}`;
  const evidence = md`evidence ${code(digest.slice(0, DIGEST_CHARACTERS))}`;
  return join([head, ...decisionTexts(promotion, PEOPLE_SHOWN), evidence], "; ");
}

/** All gates of each environment with their numbers, the worst first. */
export function judgementParts(component: string, { gates }: Release): readonly Part[] {
  return Object.values(gates).flatMap((judgement, index) =>
    judgementPart(component, judgement, index),
  );
}

function judgementPart(
  component: string,
  { environment, results, live }: GateJudgement,
  index: number,
): readonly Part[] {
  return listPart({
    name: `gates.${index}`,
    title: `${counted(results.length, "gate", "gates")} for ${environment}`,
    rank: 80,
    heading: md`*Gates for ${environment}* · ${verdictCounts(results)} · ${compared(component, live)}`,
    items: worstFirst(results),
    counts: index < ENVIRONMENTS_SHOWN ? GATES_SHOWN : [0],
    line: (result) => gateLine(result, NUMBERS_SHOWN),
  });
}

function compared(component: string, live: ReleaseId | null): string {
  return live === null
    ? "nothing was live to compare with"
    : `compared with ${versionOf(component, live)}`;
}

/** The sender's own assertions, what did not pass first. */
export function checksPart({ checks }: Build): readonly Part[] {
  return listPart({
    name: "checks",
    title: counted(checks.length, "check", "checks"),
    rank: BULK,
    heading: md`*Checks* · ${counted(checks.length, "check", "checks")}`,
    items: [...checks].sort(
      (a, b) => CHECK_ORDER.indexOf(a.status) - CHECK_ORDER.indexOf(b.status),
    ),
    counts: ALL_ROWS,
    line: checkLine,
  });
}

const CHECK_ORDER: readonly Check["status"][] = ["fail", "error", "warn", "skip", "pass"];

const CHECK_WORDS: Readonly<Record<Check["status"], Mrkdwn>> = {
  fail: md`❌ Fail`,
  error: md`❓ Error`,
  warn: md`⚠️ Warn`,
  skip: md`⏭️ Skipped`,
  pass: md`✅ Pass`,
};

function checkLine({ name, status, expected, actual }: Check): Mrkdwn {
  return join(
    [
      md`${CHECK_WORDS[status]}: *${name}*`,
      ...(actual === null ? [] : [md`is ${actual}`]),
      ...(expected === null ? [] : [md`expected ${expected}`]),
    ],
    " · ",
  );
}

/** What is new: all data sets, the commits that are known, and the sender's words. */
export function newsParts(view: ReleaseView): readonly Part[] {
  const {
    notes,
    build: { notes: words },
  } = view.release;
  return [
    ...datasetsPart(compareData(view)),
    ...(notes === null ? [] : commitsPart(notes)),
    ...(words === null
      ? []
      : [
          {
            name: "notes",
            title: "notes",
            rank: 40,
            forms: NOTES_SHOWN.map((max) => sections([quote(words, max)])),
            inFull: {
              heading: md`*Notes*`,
              lines: () => paragraphs(words).map((some) => quote(some, LONGEST_PARAGRAPH)),
              wholeForms: words.length <= LONGEST_PARAGRAPH ? 1 : 0,
            },
          },
        ]),
  ];
}

/** Pieces that a section has room for, divided at the end of a line where there is one. */
function paragraphs(words: string): readonly string[] {
  const found: string[] = [];
  let left = words;
  while (left.length > LONGEST_PARAGRAPH) {
    const end = left.lastIndexOf("\n", LONGEST_PARAGRAPH);
    const length = end > 0 ? end : LONGEST_PARAGRAPH;
    found.push(left.slice(0, length));
    left = left.slice(length).replace(/^\n/, "");
  }
  return [...found, left];
}

/** @param more in answers, which have one page: says where all of them are */
export function datasetsPart(
  { since, changes }: DataComparison,
  more?: (left: number) => Mrkdwn,
): readonly Part[] {
  return listPart({
    name: "data",
    title: counted(changes.length, "data set", "data sets"),
    rank: BULK,
    heading: md`*Data sets*`,
    items: changes,
    counts: ALL_ROWS,
    line: (change) => datasetLine(change, since !== null),
    ...(more === undefined ? {} : { more }),
  });
}

export function commitsPart(notes: ReleaseNotes): readonly Part[] {
  const { commits, totalCommits, url } = notes;
  return listPart({
    name: "commits",
    title: counted(totalCommits, "commit", "commits"),
    rank: 60,
    heading: md`*Commits*`,
    items: commits.toReversed(),
    // Where there is more than was fetched, the last line says so, and links to all of them.
    total: totalCommits,
    counts: [20, 5],
    line: commitLine,
    more: (left) => md`• ${link(url, `and ${countText(left)} more`)}`,
  });
}
