import { parseArgs } from "node:util";
import { errorText } from "../shared/errors.ts";
import { FLAGS, type Flag, type FlagName } from "./flags.ts";
import { ok, problem, type Result } from "./result.ts";

export interface Arguments {
  readonly component: string;
  readonly version: string;
  readonly outcome: string;
  readonly metrics: readonly string[];
  readonly junit: readonly string[];
  readonly pytest: readonly string[];
  readonly checks: readonly string[];
  readonly datasets: readonly { readonly name: string; readonly version: string }[];
  readonly artifact: { readonly uri: string; readonly digest: string | null } | null;
  readonly commit: string | null;
  readonly branch: string | null;
  readonly author: string | null;
  readonly repository: string | null;
  readonly runId: string | null;
  readonly runAttempt: number | null;
  readonly trigger: string | null;
  readonly url: string | null;
  readonly notes: string | null;
  readonly to: string | null;
}

type Given = ReadonlyMap<FlagName, readonly string[]>;

/** Reads the words behind `slipway report`. A flag that is unknown, empty or given twice is a problem. */
export function readArguments(argv: readonly string[]): Result<Arguments | "help"> {
  const given = readFlags(argv);
  if (given.kind === "problem") return given;
  if (given.value === "help") return ok("help");

  const flags = given.value;
  const component = only(flags, "component");
  const version = only(flags, "version");
  if (component === null || version === null) {
    const missing = component === null ? "--component NAME" : "--version VERSION";
    return problem(`${missing} is missing`);
  }
  const bad = (flags.get("dataset") ?? []).find((text) => !/^[^=]+=./s.test(text));
  if (bad !== undefined) return problem(`--dataset ${bad}: write NAME=VERSION`);
  const attempt = only(flags, "run-attempt");
  if (attempt !== null && !/^[1-9]\d{0,8}$/.test(attempt)) {
    return problem(`--run-attempt ${attempt}: write a whole number from 1 on`);
  }
  return ok(interpret(flags, component, version));
}

function interpret(flags: Given, component: string, version: string): Arguments {
  const attempt = only(flags, "run-attempt");
  const artifact = only(flags, "artifact");
  return {
    component,
    version,
    outcome: only(flags, "outcome") ?? "success",
    metrics: flags.get("metrics") ?? [],
    junit: flags.get("junit") ?? [],
    pytest: flags.get("pytest") ?? [],
    checks: flags.get("checks") ?? [],
    datasets: (flags.get("dataset") ?? []).map(readDataset),
    artifact: artifact === null ? null : readArtifact(artifact),
    commit: only(flags, "commit"),
    branch: only(flags, "branch"),
    author: only(flags, "author"),
    repository: only(flags, "repository"),
    runId: only(flags, "run-id"),
    runAttempt: attempt === null ? null : Number(attempt),
    trigger: only(flags, "trigger"),
    url: only(flags, "url"),
    notes: only(flags, "notes"),
    to: only(flags, "to"),
  };
}

function only(flags: Given, name: FlagName): string | null {
  return flags.get(name)?.[0] ?? null;
}

/** Partitions are versions too: the first `=` ends the name, as in `edges=ds=2026-11-21`. */
function readDataset(text: string): { readonly name: string; readonly version: string } {
  const at = text.indexOf("=");
  return { name: text.slice(0, at), version: text.slice(at + 1) };
}

/** Only what reads as a digest is one: a URI may hold an `@` of its own. */
function readArtifact(text: string): { readonly uri: string; readonly digest: string | null } {
  const [, uri, digest] = /^(.+)@([a-z0-9]+:[0-9a-f]+)$/.exec(text) ?? [];
  return uri === undefined || digest === undefined ? { uri: text, digest: null } : { uri, digest };
}

function readFlags(argv: readonly string[]): Result<Given | "help"> {
  const given = new Map<FlagName, string[]>();
  const options = Object.fromEntries(
    Object.keys(FLAGS).map((name) => [name, { type: "string", multiple: true } as const]),
  );
  let tokens: ReturnType<typeof parse>;
  try {
    tokens = parse(argv, options);
  } catch (error) {
    return problem(errorText(error));
  }
  for (const token of tokens) {
    if (token.kind === "positional") {
      return problem(`${token.value}: every word belongs to a flag; see slipway report --help`);
    }
    if (token.kind !== "option") continue;
    if (token.name === "help") return ok("help");
    if (!isFlag(token.name)) return problem(unknown(token.rawName));
    if (token.value === undefined) return problem(`--${token.name} needs a value`);
    if (token.value === "") return problem(`--${token.name} is empty: leave it out`);
    const values = given.get(token.name) ?? [];
    const flag: Flag = FLAGS[token.name];
    if (values.length > 0 && !flag.repeatable) {
      return problem(`--${token.name} is given twice`);
    }
    given.set(token.name, [...values, token.value]);
  }
  return ok(given);
}

/** Not strict: the messages of the strict mode speak of Node, and it takes the last of two values. */
function parse(
  argv: readonly string[],
  options: Readonly<Record<string, { readonly type: "string"; readonly multiple: true }>>,
) {
  return parseArgs({
    args: [...argv],
    options: { ...options, help: { type: "boolean", short: "h" } },
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}

function isFlag(name: string): name is FlagName {
  return Object.hasOwn(FLAGS, name);
}

function unknown(rawName: string): string {
  const names = Object.keys(FLAGS).map((name) => `--${name}`);
  return `${rawName}: there is no such flag; there are ${names.join(", ")}`;
}
