import type { Dataset } from "../../core/build.ts";
import { type DatasetChange, datasetChanges } from "../../core/lineage.ts";
import type { Release, ReleaseNotes } from "../../core/release.ts";
import type { ReleaseId } from "../../core/release-id.ts";
import { contexts, sections } from "../blocks/block.ts";
import type { Part } from "../blocks/compose.ts";
import { type Champion, championOf } from "../champion.ts";
import { SHOWN } from "../limits.ts";
import { version } from "../subject.ts";
import { counted } from "../text/lines.ts";
import { code, EMPTY, line, link, type Mrkdwn, md, quote } from "../text/mrkdwn.ts";
import { countText, signed } from "../text/number.ts";
import type { ReleaseView } from "../view.ts";

const COMMITS_SHOWN = [5, 3, 1];
const DATASETS_SHOWN = [5, 3, 1];

/** What is new in a release: its commits, its data, and what its sender wrote. */
export function changeParts(view: ReleaseView): readonly Part[] {
  const { notes, build } = view.release;
  const data = compareData(view);
  return [
    ...(notes === null ? [] : [commitPart(notes)]),
    ...(data.changes.length === 0 ? [] : [dataPart(view.state.component, data)]),
    ...(build.notes === null ? [] : [notesPart(build.notes)]),
  ];
}

function commitPart(notes: ReleaseNotes): Part {
  return {
    name: "commits",
    title: "commits",
    rank: 50,
    forms: COMMITS_SHOWN.map((count) => sections(commitLines(notes, count))),
  };
}

function commitLines(notes: ReleaseNotes, count: number): readonly Mrkdwn[] {
  const newestFirst = notes.commits.toReversed().slice(0, count);
  const left = notes.totalCommits - newestFirst.length;
  const since = notes.since === null ? md`of the first release` : md`since ${notes.since}`;
  return [
    md`*Code* · ${commitCount(notes)} ${since}`,
    ...behindLine(notes.behindBy),
    ...newestFirst.map(commitLine),
    ...(left > 0 ? [md`• ${link(notes.url, `and ${countText(left)} more`)}`] : []),
    ...(notes.problem === null ? [] : [md`❓ Incomplete: ${line(notes.problem, SHOWN.sentence)}`]),
  ];
}

function commitCount({ totalCommits, problem }: ReleaseNotes): string {
  if (totalCommits === 0) return problem === null ? "no commits" : "commits unknown";
  return counted(totalCommits, "commit", "commits");
}

export function commitLine({ sha, subject, author }: ReleaseNotes["commits"][number]): Mrkdwn {
  const by = author === null ? EMPTY : md` (${author})`;
  return md`• ${code(sha.slice(0, 7))} ${line(subject)}${by}`;
}

function behindLine(behindBy: number): readonly Mrkdwn[] {
  return behindBy === 0
    ? []
    : [
        md`⚠️ Behind: it lacks ${counted(behindBy, "live commit", "live commits")}. Promoting it takes them away.`,
      ];
}

export interface DataComparison {
  /** The release it is compared with; null: nothing is live, or its data is not at hand. */
  readonly since: ReleaseId | null;
  /** What differs comes first. */
  readonly changes: readonly DatasetChange[];
}

/** The data of a release beside that of what was live where users are when it was judged. */
export function compareData(view: ReleaseView): DataComparison {
  return dataBeside(view.release, championOf(view));
}

export function dataBeside({ build }: Release, champion: Champion | null): DataComparison {
  const changes = datasetChanges(build, champion?.build ?? null);
  return {
    since: champion?.id ?? null,
    changes: [...changes].sort((a, b) => ORDER[a.kind] - ORDER[b.kind]),
  };
}

function dataPart(component: string, { since, changes }: DataComparison): Part {
  const summary =
    since === null
      ? md`${counted(changes.length, "data set", "data sets")}`
      : md`${changeCount(changes)} since ${version(component, since)}`;
  const form = (count: number): readonly Mrkdwn[] => [
    md`*Data* · ${summary}`,
    ...changes.slice(0, count).map((change) => datasetLine(change, since !== null)),
    ...(changes.length > count ? [md`• and ${changes.length - count} more, see Details`] : []),
  ];
  return {
    name: "data",
    title: "data sets",
    rank: 55,
    forms: DATASETS_SHOWN.map((count) => sections(form(count))),
  };
}

const ORDER: Readonly<Record<DatasetChange["kind"], number>> = {
  changed: 0,
  added: 1,
  removed: 2,
  same: 3,
};

function changeCount(changes: readonly DatasetChange[]): string {
  const different = changes.filter(({ kind }) => kind !== "same").length;
  return different === 0
    ? "unchanged"
    : `${countText(different)} of ${countText(changes.length)} changed`;
}

/** One data set: its version and rows, and what it was in the release that it is compared with. */
export function datasetLine(change: DatasetChange, comparable: boolean): Mrkdwn {
  const { name, rows } = change.dataset;
  const present = versionText(change.dataset);
  const size = rows === null ? EMPTY : md` · ${counted(rows, "row", "rows")}`;
  const shown = md`• *${name}* ${present}${size}`;
  if (!comparable) return shown;
  switch (change.kind) {
    case "same":
      return md`${shown} · unchanged`;
    case "added":
      return md`${shown} · new`;
    case "removed":
      return md`• *${name}* ${present} · no longer used`;
    case "changed":
      return md`${shown} · ${whatChanged(change)}`;
  }
}

/** The version of a data set, also where its sender left it empty. */
function versionText({ version: present }: Dataset): string {
  return present.trim() === "" ? "without version" : present;
}

/** `was 2026-11-14 (+1,204,311 rows) · ⚠️ schema changed` */
function whatChanged(change: Extract<DatasetChange, { readonly kind: "changed" }>): Mrkdwn {
  const { dataset, before, rows, schemaChanged } = change;
  const same = versionText(dataset) === versionText(before);
  const was = same ? md`same version, other contents` : md`was ${versionText(before)}`;
  const delta =
    rows === null ? EMPTY : md` (${signed(rows)} ${Math.abs(rows) === 1 ? "row" : "rows"})`;
  return md`${was}${delta}${schemaChanged ? md` · ⚠️ schema changed` : EMPTY}`;
}

function notesPart(notes: string): Part {
  return {
    name: "notes",
    title: "notes",
    rank: 30,
    forms: [SHOWN.notes, SHOWN.sentence].map((max) => contexts([quote(notes, max)])),
  };
}
