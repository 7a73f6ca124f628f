import type { Build, Gap, Trigger } from "../../core/build.ts";
import { lineageGaps } from "../../core/lineage.ts";
import type { Release } from "../../core/release.ts";
import { contexts } from "../blocks/block.ts";
import type { Part } from "../blocks/compose.ts";
import { listPart, seeDetails } from "../blocks/list-part.ts";
import { SHOWN } from "../limits.ts";
import { counted } from "../text/lines.ts";
import { code, EMPTY, join, line, link, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { time } from "../text/time.ts";
import type { ReleaseView } from "../view.ts";

/** `sha256:` and enough of the digest to tell two apart. */
const DIGEST_SHOWN = 24;

const TRIGGERS: Readonly<Record<Trigger, string>> = {
  code: "new code",
  data: "new data",
  schedule: "its schedule",
  manual: "a person",
};

const GAPS_SHOWN = [4, 2];
const ALL_GAPS = [200, 50, 10];

/** Where a release comes from, in small letters: for whoever looks into it. */
export function lineagePart({ build }: Release): Part {
  return {
    name: "lineage",
    title: "lineage",
    rank: 40,
    forms: [contexts(lineageLines(build)), contexts([commitLine(build)])],
  };
}

export function lineageLines(build: Build): readonly Mrkdwn[] {
  return [commitLine(build), artifactLine(build), runLine(build)];
}

/** What is not known of where a release comes from. A build that failed is not asked. */
export function gapPart(
  { release, policy }: Pick<ReleaseView, "release" | "policy">,
  where: "card" | "details",
): readonly Part[] {
  const { status, build } = release;
  const gaps = status.kind === "failed" ? [] : lineageGaps(build, policy?.kind ?? null);
  const blocking = gaps.filter(({ blocks }) => blocks);
  return listPart({
    name: "gaps",
    title: "gaps of its lineage",
    rank: 78,
    heading: md`⚠️ *Lineage incomplete* · ${counted(gaps.length, "gap", "gaps")}`,
    items: [...blocking, ...gaps.filter(({ blocks }) => !blocks)],
    counts: where === "card" ? GAPS_SHOWN : ALL_GAPS,
    line: gapLine,
    ...(where === "card" ? { more: seeDetails } : {}),
  });
}

function gapLine({ what, why, blocks }: Gap): Mrkdwn {
  const waits = blocks ? md`. The release waits for it.` : EMPTY;
  return md`• *${what}*: ${line(why, SHOWN.sentence)}${waits}`;
}

function commitLine({ commit }: Build): Mrkdwn {
  if (commit === null) return md`*Commit* not reported`;
  const { sha, tag, branch, subject, author, repository } = commit;
  const place = tag ?? branch;
  const unknown = tag === null ? md`not reported` : md`not resolved yet`;
  const id = sha === null ? unknown : code(sha.slice(0, 7));
  const shown = subject === null ? id : md`${id} ${line(subject)}`;
  const rest = [author, place, repository].flatMap((text) => (text === null ? [] : [line(text)]));
  return md`*Commit* ${join([shown, ...rest], " · ")}`;
}

function artifactLine({ artifact }: Build): Mrkdwn {
  if (artifact === null) return md`*Artifact* not reported`;
  const digest =
    artifact.digest === null
      ? md`no digest: its tag can move`
      : code(artifact.digest, DIGEST_SHOWN);
  return md`*Artifact* ${line(artifact.uri, SHOWN.sentence)} · ${digest}`;
}

function runLine({ run, source, trigger, startedBy, finishedAt }: Build): Mrkdwn {
  const shown =
    run === null
      ? md`not reported`
      : md`${link(run.url, run.id)}${run.attempt > 1 ? md`, attempt ${run.attempt}` : EMPTY}`;
  const starter = startedBy ?? (trigger === null ? null : TRIGGERS[trigger]);
  const why = starter === null ? EMPTY : md` · started by ${starter}`;
  const end = finishedAt === null ? EMPTY : md` · finished ${time(finishedAt)}`;
  return md`*Run* ${shown} · reported by ${source}${why}${end}`;
}
