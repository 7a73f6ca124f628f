import type { Build } from "./sample-build.ts";

export interface ReportedBuild extends Build {
  readonly component: string;
  readonly version: string;
}

/** The options of `slipway report` that tell about this build. */
export function reportArguments(build: ReportedBuild): readonly string[] {
  const { component, version, outcome, files, datasets, artifact } = build;
  return [
    ...["--component", component, "--version", version, "--outcome", outcome],
    ...files.flatMap(({ kind, path }) => [`--${kind}`, path]),
    ...datasets.flatMap((dataset) => ["--dataset", `${dataset.name}=${dataset.version}`]),
    ...(artifact === null ? [] : ["--artifact", `${artifact.uri}@${artifact.digest}`]),
  ];
}
