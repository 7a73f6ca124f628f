import type { Build } from "./sample-build.ts";

export interface ReportedBuild extends Build {
  readonly component: string;
  readonly version: string;
  /** Who started it, by e-mail address or login: they cannot approve it. Null: nobody in particular. */
  readonly author: string | null;
}

/** The options of `slipway report` that tell about this build. */
export function reportArguments(build: ReportedBuild): readonly string[] {
  const { component, version, author, outcome, trigger, commit, files, datasets, artifact } = build;
  return [
    ...["--component", component, "--version", version, "--outcome", outcome],
    ...["--trigger", trigger],
    ...(commit === null ? [] : ["--commit", commit]),
    ...(author === null ? [] : ["--author", author]),
    ...files.flatMap(({ kind, path }) => [`--${kind}`, path]),
    ...datasets.flatMap((dataset) => ["--dataset", `${dataset.name}=${dataset.version}`]),
    ...(artifact === null ? [] : ["--artifact", `${artifact.uri}@${artifact.digest}`]),
  ];
}
