import type { OperationInput } from "../../../core/job.ts";
import { AdapterError } from "../../../shared/errors.ts";
import { startDeadline } from "../../deadline.ts";
import { oneLine } from "../../one-line.ts";
import type { Template, TemplateVariables } from "../../template.ts";
import type { Deployer, Observation, Started } from "../deployer.ts";
import type { DeployerServices } from "../deployer-services.ts";
import { operationVariables } from "../operation-variables.ts";
import { asUncertain } from "../uncertain.ts";
import type { CommandDeployerSettings, CommandLine } from "./command-deployer-settings.ts";
import { commandEnvironment } from "./command-environment.ts";
import { type Command, type CommandResult, runCommand } from "./run-command.ts";

/** `observe` exits with these of sysexits.h for: still running, and there is no such operation. */
const EX_TEMPFAIL = 75;
const EX_NOINPUT = 66;

const QUICK_TIMEOUT = 60_000;
const LONGEST_HANDLE = 1_000;

type Exited = Extract<CommandResult, { kind: "exited" }>;
type CommandName = "start" | "rollback" | "observe" | "stop";

/**
 * Drives whatever a program on this machine drives.
 *
 * `start` exits with 0 when it has begun, and prints a handle as its last line; without one the key is the
 * handle. `observe` exits with 0 for succeeded, 75 for still running, 66 for no such operation, anything
 * else for failed; killed or out of time is unknown. Without `observe` the exit of `start` is the result.
 *
 * A `start` that is tried again is looked up by `observe`, with the key as `{{id}}`: it is sent again only
 * if that exits with 66. Without `observe` nobody can say whether it ran.
 */
export function createCommandDeployer(
  settings: CommandDeployerSettings,
  services: Pick<DeployerServices, "clock" | "environment" | "releaseUrl">,
): Deployer {
  const { name } = settings;
  const { clock } = services;

  async function run(
    which: CommandName,
    line: CommandLine,
    input: OperationInput,
    given: { readonly id: string | null; readonly signal: AbortSignal },
  ): Promise<CommandResult> {
    const page = await services.releaseUrl(input).catch(() => null);
    const variables = { ...operationVariables(input, page), id: given.id };
    const command: Command = {
      ...render(`${name}: ${which}`, line, variables),
      env: commandEnvironment(services.environment, settings.env, variables),
      workingFolder: settings.workingFolder,
    };
    const begins = which === "start" || which === "rollback";
    const after = begins && settings.observe === null ? settings.timeout : QUICK_TIMEOUT;
    const deadline = { clock, signal: given.signal, after, what: `${name}: ${which} did not end` };
    const { signal, met } = startDeadline(deadline);
    try {
      // Waited for even when it is given up: nothing may be left running.
      const result = await runCommand(command, { clock, signal });
      signal.throwIfAborted();
      return result;
    } finally {
      met();
    }
  }

  async function begin(
    which: "start" | "rollback",
    line: CommandLine,
    input: OperationInput,
    signal: AbortSignal,
  ): Promise<Started> {
    const result = await run(which, line, input, { id: null, signal });
    switch (result.kind) {
      case "not-run":
        throw new AdapterError(`${name}: ${which} cannot be run: ${result.why}`, {
          retryable: false,
        });
      case "killed":
        throw new AdapterError(`${name}: ${which} was killed (${result.by})`, {
          retryable: true,
          uncertain: true,
        });
      case "exited":
        if (result.code !== 0) return afterFailure(which, result, input, signal);
        return { handle: handleFrom(result.output, input.key), url: null };
    }
  }

  /** A `start` that failed may have failed after it began: `observe` says, where there is one. */
  async function afterFailure(
    which: "start" | "rollback",
    result: Exited,
    input: OperationInput,
    signal: AbortSignal,
  ): Promise<Started> {
    const found = settings.observe === null ? null : await lookUp(settings.observe, input, signal);
    if (found === null) {
      throw new AdapterError(`${name}: ${which} ${exitText(result)}`, { retryable: false });
    }
    return found;
  }

  /** What runs, or has run, under the key; null: nothing, for certain. Every failure leaves that open. */
  async function lookUp(
    line: CommandLine,
    input: OperationInput,
    signal: AbortSignal,
  ): Promise<Started | null> {
    const result = await run("observe", line, input, { id: input.key, signal }).catch(
      (error: unknown) => {
        throw asUncertain(error);
      },
    );
    if (result.kind !== "exited") {
      throw new AdapterError(`${name}: observe ${notExitedText(result)}`, {
        retryable: true,
        uncertain: true,
      });
    }
    return result.code === EX_NOINPUT ? null : { handle: input.key, url: null };
  }

  async function startAgain(
    which: "start" | "rollback",
    line: CommandLine,
    input: OperationInput,
    signal: AbortSignal,
  ): Promise<Started> {
    if (settings.observe === null) {
      throw new AdapterError(
        `${name}: an earlier ${which} may have run, and without \`observe\` it cannot be told: look there`,
        { retryable: false, uncertain: true },
      );
    }
    const found = await lookUp(settings.observe, input, signal);
    return found ?? (await begin(which, line, input, signal));
  }

  return {
    name,
    every: settings.every,
    timeout: settings.timeout,
    endsInStart: settings.observe === null,

    start: (input, retried, signal) => {
      const own = input.purpose === "rollback" ? settings.rollback : null;
      const which = own === null ? "start" : "rollback";
      const line = own ?? settings.start;
      return retried ? startAgain(which, line, input, signal) : begin(which, line, input, signal);
    },

    observe: async (input, handle, signal) => {
      if (settings.observe === null) return { kind: "succeeded", detail: null };
      const result = await run("observe", settings.observe, input, { id: handle, signal });
      return judge(name, result);
    },

    stop: async (input, handle, signal) => {
      if (settings.stop === null) {
        throw new AdapterError(`${name} has no \`stop\` command: stop it there`, {
          retryable: false,
        });
      }
      const result = await run("stop", settings.stop, input, { id: handle, signal });
      if (result.kind === "exited" && [0, EX_NOINPUT].includes(result.code)) return;
      const why = result.kind === "exited" ? exitText(result) : notExitedText(result);
      throw new AdapterError(`${name}: stop ${why}`, { retryable: result.kind !== "not-run" });
    },
  };
}

function judge(name: string, result: CommandResult): Observation {
  if (result.kind !== "exited") {
    return { kind: "unknown", why: `${name}: observe ${notExitedText(result)}` };
  }
  const detail = result.output === "" ? null : oneLine(result.output);
  switch (result.code) {
    case 0:
      return { kind: "succeeded", detail };
    case EX_TEMPFAIL:
      return { kind: "running", detail: detail ?? "running" };
    default:
      return { kind: "failed", why: `${name}: observe ${exitText(result)}` };
  }
}

function exitText({
  code,
  output,
  errorOutput,
}: Extract<CommandResult, { kind: "exited" }>): string {
  const words = oneLine(errorOutput === "" ? output : errorOutput);
  return words === "" ? `exited with ${code}` : `exited with ${code}: ${words}`;
}

function notExitedText(result: Exclude<CommandResult, { kind: "exited" }>): string {
  return result.kind === "killed" ? `was killed (${result.by})` : `cannot be run: ${result.why}`;
}

function handleFrom(lastLine: string, key: string): string {
  return lastLine === "" || lastLine.length > LONGEST_HANDLE ? key : lastLine;
}

function render(
  what: string,
  line: CommandLine,
  variables: TemplateVariables,
): Pick<Command, "file" | "args"> {
  const [file = "", ...args] = line.map((template) => renderArgument(what, template, variables));
  return { file, args };
}

/** A value stays one argument; one that begins the argument may not turn it into an option. */
function renderArgument(what: string, template: Template, variables: TemplateVariables): string {
  const text = template.render(variables, (value) => value);
  if (text.startsWith("-") && !template.source.startsWith("-")) {
    throw new AdapterError(
      `${what}: ${template.source} would be "${oneLine(text, 60)}", an option instead of a value`,
      { retryable: false },
    );
  }
  return text;
}
