import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { errorText } from "../../shared/errors.ts";
import { unpackBundle } from "../artifacts/service-bundle.ts";
import type { ComponentHost, Installation } from "./component-host.ts";

const START_TIMEOUT = 20_000;
const STOP_TIMEOUT = 3000;
const announcementSchema = z.object({ url: z.url() });
const healthSchema = z.object({ version: z.string() });

export interface ServiceHost extends ComponentHost {
  /** Where the running service listens, or null. */
  url(): string | null;
}

export interface ServiceHostOptions {
  /** Where bundles are unpacked. */
  readonly folder: string;
  readonly arguments: readonly string[];
}

interface Running {
  readonly version: string;
  readonly url: string;
  readonly process: ChildProcess;
}

/**
 * Runs the deployed bundle as a process of its own. A new version is started beside the old one and takes
 * over when it answers its health check with its own version; then the old one is ended.
 */
export function createServiceHost(options: ServiceHostOptions): ServiceHost {
  let running: Running | null = null;
  let installations = 0;

  async function install({ version, bytes }: Installation): Promise<void> {
    installations += 1;
    const folder = join(options.folder, `${version}-${installations}`);
    await unpackBundle(bytes, folder);
    const next = await start(version, folder);
    const before = running;
    running = next;
    if (before !== null) await end(before.process);
  }

  async function start(version: string, folder: string): Promise<Running> {
    // Its standard input is a pipe from here, so that it ends with this process, however that ends.
    const own = ["--version", version, "--stop-with-stdin"];
    const child = spawn(process.execPath, [join(folder, "main.ts"), ...own, ...options.arguments], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    child.once("error", () => child.stdout?.destroy());
    const signal = AbortSignal.timeout(START_TIMEOUT);
    try {
      const url = await announcedUrl(child, signal);
      const response = await fetch(`${url}/healthz`, { signal });
      const health = healthSchema.parse(await response.json());
      if (health.version !== version) throw new Error(`it says it is ${health.version}`);
      return { version, url, process: child };
    } catch (error) {
      await end(child);
      throw new Error(`svc-feed ${version} did not start: ${errorText(error)}`, { cause: error });
    }
  }

  return {
    version: () => running?.version ?? null,
    url: () => running?.url ?? null,
    install,
    close: async () => {
      const last = running;
      running = null;
      if (last !== null) await end(last.process);
    },
  };
}

async function announcedUrl(child: ChildProcess, signal: AbortSignal): Promise<string> {
  if (child.stdout === null) throw new Error("it has no output");
  for await (const line of createInterface({ input: child.stdout, signal })) {
    return announcementSchema.parse(JSON.parse(line)).url;
  }
  if (signal.aborted) throw new Error(`it did not listen within ${START_TIMEOUT / 1000} s`);
  throw new Error("it ended before it listened");
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(force);
}
