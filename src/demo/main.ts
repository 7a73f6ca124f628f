import { createServer } from "node:http";
import { z } from "zod";
import { ConfigError } from "../shared/errors.ts";
import { startServer } from "./http/start-server.ts";
import { type Demo, startDemo } from "./start-demo.ts";

const DEFAULT_PORT = 4100;

type DemoProcess = Pick<NodeJS.Process, "env" | "stdout" | "on">;

/**
 * `slipway demo`: the whole product on this machine, until it is told to stop. Resolves to the exit code.
 * @throws ConfigError when PORT is not a port, or taken
 */
export async function runDemo(host: DemoProcess = process): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    // Under npm one Ctrl-C arrives twice: the second must not end the process before it has cleaned up.
    for (const signal of ["SIGINT", "SIGTERM"]) host.on(signal, () => resolve());
  });
  const demo = await startOn(host.env.PORT);
  host.stdout.write(`Slipway demo: open ${demo.url}\n`);
  host.stdout.write(`The log is ${demo.logFile} until Ctrl-C stops the demo.\n`);
  demo.ci.start("buildService");
  demo.ci.start("retrain");
  await stopped;
  await demo.close();
  return 0;
}

/** @param wanted the variable PORT; without it the usual port, or any when that is taken */
async function startOn(wanted: string | undefined): Promise<Demo> {
  if (wanted === undefined || wanted === "") {
    return startDemo({ port: (await isFree(DEFAULT_PORT)) ? DEFAULT_PORT : 0 });
  }
  const port = z.coerce.number().int().min(0).max(65_535).safeParse(wanted);
  if (!port.success) throw new ConfigError([`PORT is "${wanted}": write a port, 0 to 65535`]);
  if (port.data !== 0 && !(await isFree(port.data))) {
    throw new ConfigError([`port ${port.data} is taken: set PORT to another one, or to nothing`]);
  }
  return startDemo({ port: port.data });
}

async function isFree(port: number): Promise<boolean> {
  try {
    await (await startServer(createServer(), port)).close();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") return false;
    throw error;
  }
}
