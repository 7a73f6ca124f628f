import { Writable } from "node:stream";
import { runCommandLine } from "../../src/command-line.ts";

/** Runs a command, and returns what it wrote and its exit code. */
export async function runSlipway(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly exitCode: number; readonly out: string; readonly err: string }> {
  const out = written();
  const err = written();
  const exitCode = await runCommandLine(argv, {
    env,
    stdout: out.stream as never,
    stderr: err.stream as never,
    cwd: () => process.cwd(),
    on: () => process,
  });
  return { exitCode, out: out.text(), err: err.text() };
}

function written() {
  const parts: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      parts.push(chunk.toString());
      done();
    },
  });
  return { stream, text: () => parts.join("") };
}
