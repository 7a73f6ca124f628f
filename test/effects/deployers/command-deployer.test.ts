import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OperationInput } from "../../../src/core/job.ts";
import { createCommandDeployer } from "../../../src/effects/deployers/command/command-deployer.ts";
import type { CommandDeployerSettings } from "../../../src/effects/deployers/command/command-deployer-settings.ts";
import { DRAIN, TERM_TO_KILL } from "../../../src/effects/deployers/command/run-command.ts";
import { AdapterError } from "../../../src/shared/errors.ts";
import { failureOf } from "../../support/adapter-failure.ts";
import { appeared } from "../../support/appeared.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { operationInput } from "../../support/operation-input.ts";
import { template } from "../../support/text-template.ts";

const never = new AbortController().signal;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "command-deployer-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A command line that runs a script; templates follow as its arguments `$1`, `$2` … */
function script(text: string, ...args: string[]) {
  return ["/bin/sh", "-c", text, "script", ...args].map(template);
}

function deployer(
  overrides: Partial<CommandDeployerSettings> = {},
  environment: Record<string, string> = { PATH: process.env.PATH ?? "" },
) {
  const clock = createFakeClock();
  const settings: CommandDeployerSettings = {
    name: "tool",
    every: 2_000,
    timeout: 1_800_000,
    start: script("echo begun"),
    observe: null,
    rollback: null,
    stop: null,
    env: {},
    workingFolder: null,
    ...overrides,
  };
  const releaseUrl = async () => "https://slack.example/p1";
  return { clock, tool: createCommandDeployer(settings, { clock, environment, releaseUrl }) };
}

/** Runs a script and returns what it wrote into the file that `$OUT` names. */
async function outputOf(
  text: string,
  args: string[] = [],
  given: { readonly input?: OperationInput; readonly environment?: Record<string, string> } = {},
): Promise<string> {
  const out = join(folder, "out");
  const { tool } = deployer(
    { start: script(text, ...args), env: { OUT: template(out) } },
    given.environment,
  );
  await tool.start(given.input ?? operationInput(), false, never);
  return readFileSync(out, "utf8");
}

describe("start", () => {
  it("runs the program with rendered arguments and never a shell", async () => {
    const hostile = operationInput({ version: '2.4.0; touch pwned $(id) "x" *' });
    const printed = await outputOf(
      'printf "%s\\n" "$@" >"$OUT"',
      ["{{version}}", "--region={{params.region}}", "{{release_url}}"],
      { input: hostile },
    );
    expect(printed).toBe('2.4.0; touch pwned $(id) "x" *\n--region=eu\nhttps://slack.example/p1\n');
  });

  it("names the operation by the last line that was printed", async () => {
    const { tool } = deployer({ start: script("echo working; echo run-71; echo; echo note >&2") });
    expect(await tool.start(operationInput(), false, never)).toEqual({
      handle: "run-71",
      url: null,
    });
  });

  it.each([
    { name: "nothing is printed", text: "true" },
    { name: "what is printed is no name", text: "head -c 5000 /dev/zero | tr '\\0' x" },
  ])("names the operation by its key where $name", async ({ text }) => {
    const { tool } = deployer({ start: script(text) });
    const input = operationInput();
    expect((await tool.start(input, false, never)).handle).toBe(input.key);
  });

  it("of a rollback runs the rollback command where there is one", async () => {
    const { tool } = deployer({ rollback: script("echo back-to-$1", "{{version}}") });
    const rollback = operationInput({ purpose: "rollback", version: "2.3.1" });
    expect((await tool.start(rollback, false, never)).handle).toBe("back-to-2.3.1");
    expect((await tool.start(operationInput(), false, never)).handle).toBe("begun");
  });

  it("that fails is a failure, in the program's last words", async () => {
    const { tool } = deployer({
      start: script(
        "echo ignored; echo 'first' >&2; printf '\\033[31mno space left\\033[0m\\n' >&2; exit 3",
      ),
    });
    const { message, retryable, uncertain } = await failureOf(
      tool.start(operationInput(), false, never),
    );
    expect({ message, retryable, uncertain }).toEqual({
      message: "tool: start exited with 3: no space left",
      retryable: false,
      uncertain: false,
    });
  });

  it("that failed before it began, as `observe` says, is a failure for certain", async () => {
    const { tool } = deployer({ start: script("exit 3"), observe: script("exit 66") });
    expect(await failureOf(tool.start(operationInput(), false, never))).toMatchObject({
      message: "tool: start exited with 3",
      retryable: false,
      uncertain: false,
    });
  });

  it("that was killed may have begun", async () => {
    const { tool } = deployer({ start: script("kill -9 $$") });
    expect(await failureOf(tool.start(operationInput(), false, never))).toMatchObject({
      message: "tool: start was killed (SIGKILL)",
      uncertain: true,
    });
  });

  it.each([
    {
      name: "no such program",
      start: [template("/nowhere/deploy")],
      why: "tool: start cannot be run: there is no such program, or no such working folder",
    },
    {
      name: "a program that may not be executed",
      start: [template(import.meta.filename)],
      why: "tool: start cannot be run: it may not be executed",
    },
    {
      name: "a null byte in an argument",
      start: script("true", "a\0b"),
      why: "tool: start cannot be run: a part of it is empty or holds a null byte",
    },
    {
      name: "a value that would be an option",
      start: script("true", "{{actor}}"),
      why: 'tool: start: {{actor}} would be "--force", an option instead of a value',
    },
  ])("that cannot run is a failure for certain: $name", async ({ start, why }) => {
    const { tool } = deployer({ start });
    const failed = await failureOf(tool.start(operationInput({ actor: "--force" }), false, never));
    expect(failed).toMatchObject({ message: why, retryable: false, uncertain: false });
  });
});

describe("start, tried again", () => {
  it("without an `observe` asks people, and runs nothing", async () => {
    const { tool } = deployer({ start: script("touch $1", join(folder, "ran")) });
    const failed = await failureOf(tool.start(operationInput(), true, never));
    expect(failed).toMatchObject({ retryable: false, uncertain: true });
    expect(failed.message).toBe(
      "tool: an earlier start may have run, and without `observe` it cannot be told: look there",
    );
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });

  it("takes any answer of `observe` but 66 for: it began", async () => {
    for (const code of [0, 75, 1]) {
      const { tool } = deployer({
        start: script("touch $1", join(folder, "ran")),
        observe: script(`exit ${code}`),
      });
      const input = operationInput();
      expect((await tool.start(input, true, never)).handle).toBe(input.key);
    }
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });

  it("looks up by the key, as `{{id}}`", async () => {
    const { tool } = deployer({ observe: script('test "$1" = "$2"', "{{id}}", "{{key}}") });
    await tool.start(operationInput(), true, never);
    const observed = await tool.observe(operationInput(), "run-71", never);
    expect(observed.kind).toBe("failed");
  });
});

describe("observe", () => {
  it.each([
    { text: "echo 3 pods; exit 0", observed: { kind: "succeeded", detail: "3 pods" } },
    { text: "exit 0", observed: { kind: "succeeded", detail: null } },
    { text: "echo step 2; exit 75", observed: { kind: "running", detail: "step 2" } },
    { text: "exit 75", observed: { kind: "running", detail: "running" } },
    {
      text: "echo no; exit 1",
      observed: { kind: "failed", why: "tool: observe exited with 1: no" },
    },
    { text: "exit 66", observed: { kind: "failed", why: "tool: observe exited with 66" } },
    {
      text: "kill -9 $$",
      observed: { kind: "unknown", why: "tool: observe was killed (SIGKILL)" },
    },
  ])("$text", async ({ text, observed }) => {
    const { tool } = deployer({ observe: script(text) });
    expect(await tool.observe(operationInput(), "run-71", never)).toEqual(observed);
  });

  it("that is not there is unknown, not a failure of the deployment", async () => {
    const { tool } = deployer({ observe: [template("/nowhere/observe")] });
    expect(await tool.observe(operationInput(), "run-71", never)).toMatchObject({
      kind: "unknown",
    });
  });

  it("without a command of its own: that start ended well is the result", async () => {
    const { tool } = deployer();
    expect(await tool.observe(operationInput(), "begun", never)).toEqual({
      kind: "succeeded",
      detail: null,
    });
  });
});

describe("a command sees of the environment", () => {
  it("an allow-list and what is configured, and no token of the process", async () => {
    const printed = await outputOf('env | cut -d= -f1 | sort | tr "\\n" " " >"$OUT"', [], {
      environment: {
        PATH: process.env.PATH ?? "",
        HOME: "/home/slipway",
        SLACK_BOT_TOKEN: "xoxb-1",
        DATABASE_URL: "postgres://u:p@db/slipway",
        LD_PRELOAD: "/tmp/evil.so",
      },
    });
    expect(
      printed.split(" ").filter((name) => !["", "_", "PWD", "SHLVL", "OLDPWD"].includes(name)),
    ).toEqual(["HOME", "OUT", "PATH"]);
  });
});

describe("a command that is given up", () => {
  /** What a script has written once it is under way, as `write "…"`. */
  const WRITE = 'write() { echo "$1" >"$0.part"; mv "$0.part" "$0"; }; ';
  const underWay = async () => readFileSync(await appeared(folder, "under-way"), "utf8");
  const writing = (text: string) =>
    ["/bin/sh", "-c", WRITE + text, join(folder, "under-way")].map(template);

  it("ends with its whole process group", async () => {
    const { tool } = deployer({
      start: writing('sleep 600 & write "$$ $!"; wait'),
    });
    const caller = new AbortController();
    const failed = failureOf(tool.start(operationInput(), false, caller.signal));
    const [leader = 0, child = 0] = (await underWay()).split(" ").map(Number);
    caller.abort(new AdapterError("the process stops", { retryable: true }));
    expect((await failed).message).toBe("the process stops");
    expect([await isGone(leader), await isGone(child)]).toEqual([true, true]);
  });

  it("is ended when it does not end by itself", async () => {
    const { tool, clock } = deployer({
      start: writing(`trap '' TERM; write "$$"; while :; do sleep 1; done`),
    });
    const caller = new AbortController();
    const failed = failureOf(tool.start(operationInput(), false, caller.signal));
    const pid = Number(await underWay());
    caller.abort(new AdapterError("the process stops", { retryable: true }));
    await clock.advance(TERM_TO_KILL);
    expect((await failed).message).toBe("the process stops");
    expect(await isGone(pid)).toBe(true);
  });

  it("after its time-out may have begun", async () => {
    const { tool, clock } = deployer({
      timeout: 90_000,
      start: writing("write up; exec sleep 600"),
    });
    const failed = failureOf(tool.start(operationInput(), false, never));
    await underWay();
    await clock.advance(90_000);
    expect(await failed).toMatchObject({
      message: "tool: start did not end within 90 s",
      retryable: true,
      uncertain: true,
    });
  });
});

describe("a command that leaves a child behind", () => {
  it("has ended when it has: the child may keep its output open", async () => {
    const { tool, clock } = deployer({ start: script("sleep 600 & echo $!") });
    const started = tool.start(operationInput(), false, never);
    await clock.sleeperIn(DRAIN);
    await clock.advance(DRAIN);
    const { handle } = await started;
    process.kill(Number(handle), "SIGKILL");
    expect(Number(handle)).toBeGreaterThan(1);
  });
});

describe("stop", () => {
  it("runs its command with the handle", async () => {
    const { tool } = deployer({
      stop: script('echo "$1" >"$2"', "{{id}}", join(folder, "stopped")),
    });
    await tool.stop(operationInput(), "run-71", never);
    expect(readFileSync(join(folder, "stopped"), "utf8")).toBe("run-71\n");
  });

  it("takes 66 for: it has ended, and fails on everything else", async () => {
    await deployer({ stop: script("exit 66") }).tool.stop(operationInput(), "run-71", never);
    const failing = deployer({ stop: script("echo no >&2; exit 1") });
    expect((await failureOf(failing.tool.stop(operationInput(), "run-71", never))).message).toBe(
      "tool: stop exited with 1: no",
    );
  });

  it("says what to do where it is not configured", async () => {
    const failed = await failureOf(deployer().tool.stop(operationInput(), "run-71", never));
    expect(failed).toMatchObject({ retryable: false });
    expect(failed.message).toBe("tool has no `stop` command: stop it there");
  });
});

/** Resolves to true once no process of this number runs. */
async function isGone(pid: number): Promise<boolean> {
  while (isRunning(pid)) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  return true;
}

/** A killed child of a killed parent may wait as a zombie for whoever collects it. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync("/proc/self/stat") || !/ Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
