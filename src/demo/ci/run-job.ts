import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const TIMEOUT = 2 * 60 * 1000;

export interface Job {
  /** Arguments to Node: the script and its options. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Where `log.txt` goes. */
  readonly folder: string;
  /** Ends the job when it fires. */
  readonly signal: AbortSignal;
}

export interface JobResult {
  readonly succeeded: boolean;
  /** The last line that the job printed. */
  readonly summary: string;
}

/** Runs Node on a script as a process of its own and keeps what it printed. Never rejects for its exit code. */
export async function runJob({ argv, cwd, folder, signal }: Job): Promise<JobResult> {
  await mkdir(folder, { recursive: true });
  const { succeeded, output } = await runNode(argv, cwd, signal);
  await writeFile(join(folder, "log.txt"), output);
  return { succeeded, summary: output.trim().split("\n").at(-1) ?? "" };
}

function runNode(argv: readonly string[], cwd: string, signal: AbortSignal) {
  return new Promise<{ readonly succeeded: boolean; readonly output: string }>((resolve) => {
    const options = { cwd, env: jobEnvironment(), timeout: TIMEOUT, maxBuffer: 16 * 1024 * 1024 };
    // The option `signal` would call back at once; this waits until the process is gone.
    const end = () => void child.kill();
    const child = execFile(process.execPath, argv, options, (error, stdout, stderr) => {
      signal.removeEventListener("abort", end);
      resolve({ succeeded: error === null, output: `${stdout}${stderr}` });
    });
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
  });
}

/**
 * A job gets none of this process' secrets. `NODE_TEST_CONTEXT` would make a test runner inside a job
 * report to a test runner around it.
 */
function jobEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  return { PATH, HOME, TMPDIR, LANG };
}
