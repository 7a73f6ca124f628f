import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leftOut, run } from "./tools.ts";

/** It installs within seconds what takes pip minutes. */
const UV = "uv==0.13.9";
/** Debian's bundle: uv has one of its own, in which a company's certificates are not. */
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

export interface PythonEnvironment {
  /** A program of the environment, such as `python` or `mlflow`. */
  program(name: string): string;
}

/**
 * A virtual environment with the packages of `support/python/<name>.txt`, under the temporary folder of the
 * system: made once, and found again until the list changes. null: it cannot be had here, which is said.
 */
export function pythonEnvironment(name: string): PythonEnvironment | null {
  const list = join(import.meta.dirname, "python", `${name}.txt`);
  const digest = createHash("sha256").update(readFileSync(list)).digest("hex").slice(0, 12);
  const folder = join(tmpdir(), "slipway-live-python", `${name}-${digest}`);
  const problem = existsSync(join(folder, "complete")) ? null : install(folder, list);
  process.stdout.write(`${name}: ${problem ?? "found"}\n`);
  if (problem === null) return { program: (program) => join(folder, "bin", program) };
  if (leftOut(name, [problem])) return null;
  throw new Error(problem);
}

/** Why it could not be made; null: it is there. */
function install(folder: string, list: string): string | null {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (run("python3", ["-m", "venv", folder]).code !== 0) return "python3 has no venv here";
  const python = join(folder, "bin/python");
  const installed = run(python, ["-m", "pip", "install", "--quiet", UV]);
  if (installed.code !== 0) return `no packages can be installed: ${lastLine(installed.all)}`;
  const certificates = existsSync(CERTIFICATES) ? { SSL_CERT_FILE: CERTIFICATES } : {};
  const argv = ["pip", "install", "--quiet", "--python", python, "--requirement", list];
  const packages = run(join(folder, "bin/uv"), argv, { env: { ...certificates, ...process.env } });
  if (packages.code !== 0) return `its packages cannot be installed: ${lastLine(packages.all)}`;
  mkdirSync(join(folder, "complete"));
  return null;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
