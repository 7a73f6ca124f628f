import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { MAIN } from "../world/slipway-process.ts";

interface Line {
  readonly event: { readonly type: string; readonly release?: string };
}

/** How many releases were ever registered, as `slipway audit export` tells it. @throws when it fails */
export async function recordedReleases(
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const child = spawn(process.execPath, [MAIN, "audit", "export"], {
    env: { PATH: process.env.PATH ?? "", ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = once(child, "exit");
  const releases = new Set<string>();
  for await (const line of createInterface({ input: child.stdout })) {
    const { event } = JSON.parse(line) as Line;
    if (event.type === "ReleaseRegistered") releases.add(JSON.stringify(event.release));
  }
  await gone;
  if (child.exitCode !== 0) throw new Error("slipway audit export failed");
  return releases.size;
}
