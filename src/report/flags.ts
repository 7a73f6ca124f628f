/** A flag of `slipway report`. Parsing, the help text and the documentation all go by this table. */
export interface Flag {
  readonly value: string;
  readonly repeatable: boolean;
  readonly help: string;
}

function once(value: string, help: string): Flag {
  return { value, repeatable: false, help };
}

function repeatable(value: string, help: string): Flag {
  return { value, repeatable: true, help };
}

export const FLAGS = {
  component: once("NAME", "component of the configuration; required"),
  version: once("VERSION", "what this build is called, for good; required"),
  outcome: once("OUTCOME", "success, failure, cancelled or error; success when left out"),
  metrics: repeatable(
    "FILE",
    "numbers as JSON or YAML: flat, nested, of dvc metrics, of an MLflow run or its folder",
  ),
  junit: repeatable("FILE.xml", "test results in JUnit's format"),
  pytest: repeatable("FILE.json", "test results of pytest-json-report"),
  checks: repeatable(
    "FILE.json",
    "assertions: a list of checks, or a validation result of Great Expectations",
  ),
  dataset: repeatable("NAME=VERSION", "data it was trained on"),
  artifact: once("URI[@DIGEST]", "what it built, with its sha256: digest"),
  commit: once("SHA", "whole commit id"),
  branch: once("BRANCH", "branch that was built"),
  author: once("WHO", "e-mail or login of the author; they cannot approve it"),
  repository: once("OWNER/NAME", "repository that was built"),
  "run-id": once("ID", "id of this run; the version when nothing else is known"),
  "run-attempt": once("N", "1 for the first run of this id"),
  trigger: once("TRIGGER", "code, data, schedule or manual"),
  url: once("URL", "page of this run"),
  notes: once("TEXT", "free text for the card"),
  to: once("URL", "where to send it: https://…/hooks/<source id>; SLIPWAY_URL when left out"),
} as const satisfies Readonly<Record<string, Flag>>;

export type FlagName = keyof typeof FLAGS;

export function helpText(): string {
  const names = Object.entries(FLAGS).map(([name, { value }]) => `--${name} ${value}`);
  const width = Math.max(...names.map(({ length }) => length));
  const lines = Object.values<Flag>(FLAGS).map(({ help, repeatable: more }, index) => {
    const name = (names[index] ?? "").padEnd(width);
    return `  ${name}  ${help}${more ? "; may be repeated" : ""}`;
  });
  return [
    "slipway report --component NAME --version VERSION [flags]",
    "",
    "Sends a signed build report to Slipway. The answer is printed as JSON.",
    "Exit code 0: accepted, or recorded before; 1: anything else.",
    "",
    ...lines,
    "",
    "SLIPWAY_REPORT_SECRET (or SLIPWAY_REPORT_SECRET_FILE) holds the secret of the source.",
    "",
  ].join("\n");
}
