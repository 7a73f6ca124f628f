import type { Build, Trigger } from "../../core/build.ts";
import type { Release } from "../../core/release.ts";
import { contexts } from "../blocks/block.ts";
import type { Part } from "../blocks/compose.ts";
import { SHOWN } from "../limits.ts";
import { code, EMPTY, join, line, link, type Mrkdwn, md } from "../text/mrkdwn.ts";
import { time } from "../text/time.ts";

/** `sha256:` and enough of the digest to tell two apart. */
const DIGEST_SHOWN = 24;

const TRIGGERS: Readonly<Record<Trigger, string>> = {
  code: "new code",
  data: "new data",
  schedule: "its schedule",
  manual: "a person",
};

/** Where a release comes from, in small letters: for whoever looks into it. */
export function lineagePart(release: Release): Part {
  return {
    name: "lineage",
    title: "lineage",
    rank: 40,
    forms: [contexts(lineageLines(release.build)), contexts([commitLine(release.build)])],
  };
}

function lineageLines(build: Build): readonly Mrkdwn[] {
  return [commitLine(build), artifactLine(build), runLine(build)];
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
