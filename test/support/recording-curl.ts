import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";

const execute = promisify(execFile);

/** A request as `curl` would have sent it. */
export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A program that stands in for `curl`: it prints what it was asked to send, one JSON a line. */
const CURL = `#!/usr/bin/env node
const { readFileSync } = require("node:fs");
const request = { method: "GET", url: "", headers: {}, body: "" };
const argv = process.argv.slice(2);
while (argv.length > 0) {
  const word = argv.shift();
  if (word === "-X" || word === "--request") request.method = argv.shift();
  else if (word === "-H" || word === "--header") {
    const [, name, value] = /^([^:]+): ?(.*)$/s.exec(argv.shift());
    request.headers[name.toLowerCase()] = value;
  } else if (["-d", "--data", "--data-binary"].includes(word)) {
    const data = argv.shift();
    request.body = data.startsWith("@")
      ? readFileSync(data === "@-" ? 0 : data.slice(1), "utf8")
      : data;
    if (request.method === "GET") request.method = "POST";
  } else if (/^--(?:retry|max-time)$/.test(word)) argv.shift();
  else if (!word.startsWith("-")) request.url = word;
}
const canned = JSON.parse(process.env.CURL_ANSWERS ?? "{}");
const answer = Object.entries(canned).find(([start]) => request.url.startsWith(start));
if (answer === undefined) process.stderr.write(JSON.stringify(request) + "\\n");
else process.stdout.write(answer[1]);
`;

export interface CurlRun {
  /** What `bash` runs. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** By the beginning of a URL: what is answered instead of being recorded. */
  readonly answers?: Readonly<Record<string, string>>;
}

/** What a shell script would send with `curl`. Nothing leaves the machine. */
export async function recordCurl(run: CurlRun): Promise<readonly RecordedRequest[]> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-curl-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "curl"), CURL);
  await chmod(join(folder, "curl"), 0o755);
  const path = [folder, join(process.execPath, ".."), process.env.PATH ?? ""].join(delimiter);
  const { stderr } = await execute(
    "bash",
    ["-e", "-c", run.script, "script", ...(run.args ?? [])],
    {
      cwd: run.cwd ?? folder,
      env: { ...run.environment, PATH: path, CURL_ANSWERS: JSON.stringify(run.answers ?? {}) },
    },
  );
  return stderr
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as RecordedRequest);
}
