import type { Build, Commit, Gap } from "../../core/build.ts";
import { repositoryOf } from "../../shared/repository-url.ts";
import { cleanLine, isCommitSha } from "../../shared/sent-text.ts";
import { type MlflowRun, tagsOf } from "./mlflow-answers.ts";

const LONGEST = 200;

/**
 * The commit that a run's code came from, by the tags that MLflow's client sets, and who ran it. A run of
 * another repository than the component's, or of code that no commit holds, is said to be one.
 */
export function commitOf(
  run: MlflowRun,
  build: Build,
  ofComponent: string | null,
): {
  readonly commit: Commit | null;
  readonly startedBy: string | null;
  readonly gaps: readonly Gap[];
} {
  const tags = tagsOf(run.data?.tags);
  const startedBy = textOf(tags.get("mlflow.user"))?.toLowerCase() ?? null;
  const sha = (tags.get("mlflow.source.git.commit") ?? "").toLowerCase();
  if (!isCommitSha(sha)) {
    const gaps = build.commit === null ? [NO_COMMIT] : [];
    return { commit: build.commit, startedBy, gaps };
  }
  const named = repositoryOf(tags.get("mlflow.source.git.repoURL") ?? "");
  const repository = named ?? ofComponent;
  if (repository === null) {
    const why = `the run names commit ${sha} of no repository, and the component has none: set its repository`;
    const gap = { what: "the repository of the commit", why, blocks: false };
    return { commit: build.commit, startedBy, gaps: [gap] };
  }
  const commit: Commit = {
    repository,
    sha,
    tag: null,
    branch: textOf(tags.get("mlflow.source.git.branch")),
    author: build.commit?.author ?? null,
    subject: null,
  };
  return {
    commit,
    startedBy,
    gaps: [...foreign(repository, ofComponent), ...dirty(tags, sha)],
  };
}

const NO_COMMIT: Gap = {
  what: "the commit of the training code",
  why: "the run has no tag mlflow.source.git.commit: train from a checkout with Git, or set the tag",
  blocks: false,
};

function foreign(repository: string, ofComponent: string | null): readonly Gap[] {
  if (ofComponent === null || repository.toLowerCase() === ofComponent.toLowerCase()) return [];
  return [
    {
      what: "the repository of the training code",
      why: `the run's code came from ${repository}, and the component is built from ${ofComponent}`,
      blocks: true,
    },
  ];
}

function dirty(tags: ReadonlyMap<string, string>, sha: string): readonly Gap[] {
  if (tags.get("mlflow.source.git.dirty")?.toLowerCase() !== "true") return [];
  return [
    {
      what: "the training code",
      why: `it was changed after commit ${sha.slice(0, 12)} and not committed, so that it cannot be had again`,
      blocks: false,
    },
  ];
}

function textOf(text: string | undefined): string | null {
  const clean = cleanLine(text ?? "", LONGEST);
  return clean === "" ? null : clean;
}
