import { readReport } from "../intake/sources/report-schema.ts";
import type { Clock } from "../shared/clock.ts";
import { type Arguments, readArguments } from "./arguments.ts";
import { type CiRun, detectCi, type Environment } from "./ci-environment.ts";
import { composeReport } from "./compose-report.ts";
import { readDestination, readSigner } from "./destination.ts";
import { readEvidence } from "./evidence-files.ts";
import { helpText } from "./flags.ts";
import { ok, problem, type Result } from "./result.ts";
import { MOST_ATTEMPTS, type Sent, sendReport } from "./send-report.ts";

export interface ReportIo {
  /** Where relative file names begin. */
  readonly directory: string;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Unique to each call: it makes the repetition of an attempt recognisable. */
  readonly newId: () => string;
}

/**
 * `slipway report`: sends one signed build report. `argv` is what stands behind the command. Resolves
 * to the exit code: 0 when the report was accepted or had been before, else 1. The answer goes to
 * stdout as one line of JSON, everything for people to stderr. Nothing is sent unless all of it is valid.
 */
export async function runReport(
  argv: readonly string[],
  env: Environment,
  io: ReportIo,
): Promise<number> {
  const tell = (text: string) => io.stderr(`slipway report: ${text}\n`);
  const flags = readArguments(argv);
  if (flags.kind === "problem") {
    tell(`${flags.problem}\nslipway report --help lists the flags`);
    return 1;
  }
  if (flags.value === "help") {
    io.stdout(helpText());
    return 0;
  }

  const report = await prepare(flags.value, env, { directory: io.directory, tell });
  const url = readDestination(flags.value.to, env);
  const signer = await readSigner(env, io.directory);
  if (report.kind === "problem" || url.kind === "problem" || signer.kind === "problem") {
    for (const part of [report, url, signer]) if (part.kind === "problem") tell(part.problem);
    return 1;
  }

  const sent = await sendReport(
    { url: url.value, body: report.value, id: `msg_${io.newId()}`, signer: signer.value },
    {
      fetch: io.fetch,
      clock: io.clock,
      onRetry: (why, pause) => tell(`${why}; again in ${Math.ceil(pause / 1000)} s`),
    },
  );
  if (sent.kind === "answered") io.stdout(`${JSON.stringify(sent.answer)}\n`);
  const failure = whyFailed(sent);
  if (failure === null) return 0;
  tell(failure);
  return 1;
}

/** null: it is recorded. */
function whyFailed(sent: Sent): string | null {
  if (sent.kind === "silent") return `no answer after ${MOST_ATTEMPTS} attempts: ${sent.why}`;
  if (sent.kind === "strange") return sent.why;
  const { answer, status } = sent;
  const recorded = answer.outcome === "accepted" || answer.outcome === "duplicate";
  if (recorded && status >= 200 && status < 300) return null;
  if (answer.outcome === "ignored")
    return `nothing was recorded, no component asks for it: ${answer.message}`;
  return `answered ${status}, ${answer.outcome}: ${answer.message}`;
}

interface Surroundings {
  readonly directory: string;
  readonly tell: (text: string) => void;
}

/** The body of the request. */
async function prepare(
  flags: Arguments,
  env: Environment,
  { directory, tell }: Surroundings,
): Promise<Result<string>> {
  const evidence = await readEvidence(flags, directory);
  if (evidence.kind === "problem") return evidence;
  for (const note of evidence.value.notes) tell(note);
  const report = composeReport({
    flags,
    ci: ciRun(env, tell),
    evidence: evidence.value,
  });
  const checked = readReport(report);
  return checked.kind === "report"
    ? ok(JSON.stringify(report))
    : problem(`the report is not valid: ${checked.problem}`);
}

function ciRun(env: Environment, tell: (text: string) => void): CiRun | null {
  const detected = detectCi(env);
  if (detected.kind === "several") {
    tell(`${detected.systems.join(" and ")} both say that this is their job: neither is asked`);
  }
  return detected.kind === "ci" ? detected.run : null;
}
