import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const MAIN = join(import.meta.dirname, "../chaos/main.ts");
/** Short: `npm run chaos` is for long ones. */
const SIZE = ["--releases", "12", "--seconds", "10", "--quiet-within", "240"];

describe("a short storm over the whole product", () => {
  it.each([
    ["postgres", "socket"],
    ["embedded", "http"],
  ])(
    "leaves everything as it must be (%s, Slack by %s)",
    async (store, mode) => {
      const which = ["--store", store, "--mode", mode, "--seed", "7"];
      const { exitCode, said } = await runChaos([...which, ...SIZE]);
      process.stdout.write(said);
      expect(exitCode).toBe(0);
      expect(said.match(/ holds$/gm)?.length).toBeGreaterThan(15);
    },
    400_000,
  );
});

async function runChaos(
  argv: readonly string[],
): Promise<{ readonly exitCode: number; readonly said: string }> {
  const child = spawn(process.execPath, [MAIN, ...argv], { stdio: ["ignore", "pipe", "pipe"] });
  const said: string[] = [];
  child.stdout.on("data", (chunk) => said.push(String(chunk)));
  child.stderr.on("data", (chunk) => said.push(String(chunk)));
  const [exitCode] = (await once(child, "close")) as [number];
  return { exitCode, said: said.join("") };
}
