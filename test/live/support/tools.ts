import { spawnSync } from "node:child_process";

export interface Ran {
  readonly code: number | null;
  /** Standard output, and what went wrong. */
  readonly out: string;
  readonly all: string;
}

/** Runs a program to its end. A program that is not there has the code null. */
export function run(
  program: string,
  argv: readonly string[],
  options: {
    readonly input?: string;
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string | undefined>>;
  } = {},
): Ran {
  const { status, stdout, stderr } = spawnSync(program, [...argv], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  return { code: status, out: stdout ?? "", all: `${stdout ?? ""}${stderr ?? ""}` };
}

export function has(program: string, ...argv: readonly string[]): boolean {
  return run(program, argv).code === 0;
}

/**
 * Whether a test is to be left out because this machine lacks something, which is said. With
 * SLIPWAY_LIVE=all nothing is left out, and the test fails.
 */
export function leftOut(what: string, missing: readonly string[]): boolean {
  if (missing.length === 0) return false;
  process.stdout.write(`${what}: not run: ${missing.join(", ")}\n`);
  return process.env.SLIPWAY_LIVE !== "all";
}
