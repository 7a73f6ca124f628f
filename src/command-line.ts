import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { audit } from "./audit-command.ts";
import { backtestCommand } from "./backtest-command.ts";
import { backUp } from "./backup-command.ts";
import { checkConfiguration } from "./config/check.ts";
import { fileReaders } from "./config/file-readers.ts";
import { PLAIN_VARIABLES } from "./config/settings.ts";
import { nearest } from "./intake/slack/nearest.ts";
import { showJobs } from "./jobs-command.ts";
import { errorCode } from "./ledger/lowdb/file-system.ts";
import { migrateLedger } from "./migrate-command.ts";
import { programVersion } from "./program-version.ts";
import { runReport } from "./report/run-report.ts";
import { serve } from "./serve.ts";
import { systemClock } from "./shared/clock.ts";
import { ConfigError, errorText } from "./shared/errors.ts";
import { simulateCommand } from "./simulate-command.ts";
import { suggestCommand } from "./suggest-command.ts";

const USAGE = `slipway <command>

  serve     [--without-deployments]: run the bot; with it, deploy, watch and roll back nothing
  check     [--config FILE]: validate the configuration; every problem with its place
  simulate  --component C --environment E [--event FILE --source S [--header 'NAME: VALUE']...] [--at TIME]:
            a dry run: what release an event would make, its gates, who could approve, what blocks it
  backtest  --check FILE [--component C] [--environment E] [--since 90d] [--config FILE] [--json]:
            what a check would have said of past releases: false alarms, misses, how soon
  suggest   COMPONENT [--environment E] [--since 14d] [--source NAME] [--config FILE] [--json]:
            checks to paste, learned from Prometheus, with their expected rate of false alarms
  report    send a signed build report from CI or a training job; report --help lists the flags
  audit     export [--component C] [--since TIME] | verify [--exported FILE]... | prune --export FILE:
            the ledger, whether its chain is whole, and taking out what SLIPWAY_RETENTION need not keep
  jobs      how many jobs wait, and which were given up, and why
  migrate   --from lowdb:DIR [--to URL] | --to lowdb:DIR [--from URL] [--exported FILE]...:
            move the ledger of a folder into PostgreSQL, or back; resumable
  backup    FOLDER: a copy of the embedded ledger, which may be in use; reads the copy as a whole
  demo      the whole product on this machine with nothing configured (needs a checkout)
`;

/** Runs one command. Resolves to the exit code; problems go to standard error, one a line. */
export async function runCommandLine(
  argv: readonly string[],
  process: Pick<NodeJS.Process, "env" | "stdout" | "stderr" | "cwd" | "on">,
): Promise<number> {
  const [command, ...rest] = argv;
  const { env, stdout, stderr } = process;
  try {
    switch (command) {
      case "serve":
        return await serve(env, process, serveOptions(rest));
      case "check":
        return check(rest, env, stdout);
      case "report":
        return await runReport(rest, env, {
          directory: process.cwd(),
          stdout: (text) => stdout.write(text),
          stderr: (text) => stderr.write(text),
          fetch,
          clock: systemClock,
          newId: randomUUID,
        });
      case "audit":
        return await audit(rest, env, stdout);
      case "simulate":
        return await simulateCommand(rest, env, stdout);
      case "backtest":
        return await backtestCommand(rest, env, stdout);
      case "suggest":
        return await suggestCommand(rest, env, stdout);
      case "migrate":
        return await migrateLedger(rest, env, stdout);
      case "jobs":
        return await showJobs(rest, env, stdout);
      case "backup":
        return await backUp(rest, env, stdout);
      case "demo":
        return await demo();
      case "version":
      case "--version":
        stdout.write(`${programVersion()}\n`);
        return 0;
      case "help":
      case "--help":
      case "-h":
        stdout.write(USAGE);
        return 0;
      default:
        stderr.write(command === undefined ? USAGE : `slipway: ${unknownCommand(command)}\n`);
        return 1;
    }
  } catch (error) {
    const problems = error instanceof ConfigError ? error.problems : [explained(error)];
    for (const problem of problems) stderr.write(`slipway ${command}: ${problem}\n`);
    return 1;
  }
}

function unknownCommand(command: string): string {
  const commands = [...USAGE.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1] ?? "");
  const meant = nearest(command, commands);
  return meant === null
    ? `there is no command "${command}"; slipway help lists them`
    : `there is no command "${command}"; did you mean slipway ${meant}?`;
}

/** What Node says of wrong options, and what to do. */
function explained(error: unknown): string {
  const why = errorText(error);
  return errorCode(error)?.startsWith("ERR_PARSE_ARGS_") === true
    ? `${why.replace(/\. To specify a positional.*/, "")}; slipway help lists what it takes`
    : why;
}

function serveOptions(argv: readonly string[]): { readonly withoutDeployments: boolean } {
  const options = { "without-deployments": { type: "boolean" } } as const;
  const { values } = parseArgs({ args: [...argv], options });
  return { withoutDeployments: values["without-deployments"] ?? false };
}

function check(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  stdout: { write(text: string): unknown },
): number {
  const { values } = parseArgs({ args: [...argv], options: { config: { type: "string" } } });
  const path = values.config ?? env.SLIPWAY_CONFIG ?? PLAIN_VARIABLES.SLIPWAY_CONFIG;
  const { lines, exitCode } = checkConfiguration(path, env, fileReaders);
  for (const line of lines) stdout.write(`${line}\n`);
  return exitCode;
}

/** Part of a checkout only: an installation does not carry the sample world. */
async function demo(): Promise<number> {
  const path: string = "./demo/main.ts";
  const loaded = (await import(path).catch((error: unknown) => {
    if (errorCode(error) === "ERR_MODULE_NOT_FOUND") return null;
    throw error;
  })) as { readonly runDemo: () => Promise<number> } | null;
  if (loaded === null) {
    throw new ConfigError([
      "the demo is part of a checkout: clone the repository, and run npm ci and npm run demo there",
    ]);
  }
  return loaded.runDemo();
}
