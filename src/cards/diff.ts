import type { Check } from "../core/build.ts";
import { contexts, header, sections } from "./blocks/block.ts";
import { compose, type Part } from "./blocks/compose.ts";
import { listPart, onItsCard } from "./blocks/list-part.ts";
import { LIMITS } from "./limits.ts";
import type { Message } from "./message.ts";
import { dataBeside } from "./parts/change-part.ts";
import { commitsPart, datasetsPart } from "./parts/details-part.ts";
import { gateChanges, planChanges } from "./parts/gate-changes.ts";
import { type Extent, metricParts } from "./parts/metric-part.ts";
import { code, fallback, line, link, type Mrkdwn, md } from "./text/mrkdwn.ts";
import { plain } from "./text/plain.ts";
import type { DiffView } from "./view.ts";

const ROWS = [40, 20, 8, 3];
const SHOWN: Extent = {
  rank: 60,
  rows: ROWS,
  sliceRows: ROWS,
  numbersOfSlice: 4,
  names: 10,
  more: onItsCard,
};

/** `/release COMPONENT diff`: what differs between two releases, from code to policy. */
export function drawDiff(view: DiffView): Message {
  const { component, from, to } = view;
  const title =
    from === null
      ? plain`${component} ${to.version}, compared with nothing`
      : plain`${component}: ${from.version} → ${to.version}`;
  return {
    text: fallback(line(title.plain, LIMITS.header)),
    blocks: compose(LIMITS.message, [
      { name: "title", title: null, rank: 100, forms: [[header(title)]] },
      ...(from === null
        ? [
            {
              name: "alone",
              title: null,
              rank: 99,
              forms: [contexts([md`Nothing is live to compare it with: all of it is new.`])],
            },
          ]
        : []),
      codePart(view),
      ...commits(view),
      ...datasetsPart(dataBeside(to, from), onItsCard),
      ...metricParts({ component, release: to, champion: from, beside: "was" }, SHOWN),
      ...checkChanges(view),
      ...gateChanges(view),
      ...planChanges(view),
    ]),
  };
}

function codePart({ from, to }: DiffView): Part {
  const before = from?.build.commit?.sha ?? null;
  const after = to.build.commit?.sha ?? null;
  return {
    name: "code",
    title: null,
    rank: 90,
    forms: [
      sections([md`*Code* · ${codeText(before, after, from === null, to.notes?.url ?? null)}`]),
    ],
  };
}

function codeText(
  before: string | null,
  after: string | null,
  alone: boolean,
  page: string | null,
): Mrkdwn {
  const now = commitText(after);
  if (alone) return now;
  if (before !== null && before === after) return md`${now}, the same commit`;
  const compared = md`${commitText(before)} → ${now}`;
  const url = before === null || after === null ? null : compareUrl(page, before, after);
  return url === null ? compared : md`${compared} · ${link(url, "compare")}`;
}

function commitText(sha: string | null): Mrkdwn {
  return sha === null ? md`commit not reported` : code(sha.slice(0, 7));
}

/** The page that compares other commits, on the same host as the one that the notes of the release name. */
function compareUrl(page: string | null, before: string, after: string): string | null {
  const [, base] = /^(https?:\/\/[^?#]+\/compare\/)[^/?#]+$/.exec(page ?? "") ?? [];
  return base === undefined ? null : `${base}${before}...${after}`;
}

/** They are fetched against what was live: for other pairs of releases only the page knows them. */
function commits({ from, to }: DiffView): readonly Part[] {
  const { notes } = to;
  if (notes === null || from === null) return [];
  return notes.since === from.version ? commitsPart(notes) : [];
}

interface CheckChange {
  readonly name: string;
  readonly before: Check["status"] | null;
  readonly after: Check["status"] | null;
}

/** The sender's own assertions whose status differs. */
function checkChanges({ from, to }: DiffView): readonly Part[] {
  if (from === null) return [];
  const before = new Map(from.build.checks.map(({ name, status }) => [name, status]));
  const after = new Map(to.build.checks.map(({ name, status }) => [name, status]));
  const changed = [...new Set([...after.keys(), ...before.keys()])]
    .map((name): CheckChange => {
      return { name, before: before.get(name) ?? null, after: after.get(name) ?? null };
    })
    .filter((one) => one.before !== one.after);
  return listPart({
    name: "checks",
    title: "checks",
    rank: 60,
    heading: md`*Checks that changed*`,
    items: changed,
    counts: ROWS,
    line: ({ name, before: was, after: is }) =>
      md`• *${name}* ${was ?? "not reported"} → ${is ?? "not reported"}`,
  });
}
