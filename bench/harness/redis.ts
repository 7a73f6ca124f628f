import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { freePort } from "../../test/support/free-port.ts";
import { withFolder } from "./temporary-folder.ts";

export const REDIS = "redis-server";

/** Runs beside a Redis that keeps what it acknowledges: each write is on the disk before its answer. */
export function withRedis<T>(run: (port: number) => Promise<T>): Promise<T> {
  return withFolder(async (folder) => {
    const port = await freePort();
    const options = { bind: "127.0.0.1", port, dir: folder, save: "", appendonly: "yes" };
    const flags = Object.entries({ ...options, appendfsync: "always" });
    const server = spawn(
      REDIS,
      flags.flatMap(([name, value]) => [`--${name}`, String(value)]),
      { stdio: "ignore" },
    );
    const gone = once(server, "exit");
    try {
      while (!(await accepts(port))) {
        if (server.exitCode !== null) throw new Error(`${REDIS} does not start`);
        await setTimeout(50);
      }
      return await run(port);
    } finally {
      server.kill("SIGTERM");
      await gone;
    }
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const answer = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", () => answer(true)).once("error", () => answer(false));
  });
}
