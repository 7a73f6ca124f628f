import { EventEmitter } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { dirname } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startServer } from "../../src/demo/http/start-server.ts";
import { runDemo } from "../../src/demo/main.ts";

/** As much of a process as the demo needs, and what it printed. */
class FakeProcess extends EventEmitter {
  readonly env: Readonly<Record<string, string>>;
  readonly printed: string[] = [];
  readonly stdout = {
    write: (text: string) => {
      this.printed.push(text);
      this.emit("printed");
      return true;
    },
  };

  constructor(env: Readonly<Record<string, string>>) {
    super();
    this.env = env;
  }

  /** Resolves when so many lines are printed. */
  async lines(count: number): Promise<void> {
    while (this.printed.length < count) {
      await new Promise((resolve) => this.once("printed", resolve));
    }
  }
}

const asProcess = (fake: FakeProcess) => fake as unknown as Parameters<typeof runDemo>[0];

it("prints the one address to open, where the log is, and leaves nothing behind", async () => {
  const fake = new FakeProcess({ PORT: "0" });
  const ended = runDemo(asProcess(fake));
  await fake.lines(2);
  const [first = "", second = ""] = fake.printed;
  const url = /^Slipway demo: open (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(first)?.[1] ?? "";
  const log = /^The log is (\S+) until Ctrl-C stops the demo\.\n$/.exec(second)?.[1] ?? "";
  expect((await fetch(url)).status).toBe(200);
  expect(existsSync(log)).toBe(true);

  fake.emit("SIGINT");
  // npm passes on what the terminal has sent to everybody: a second one, which must not kill what cleans up.
  expect(fake.emit("SIGINT")).toBe(true);
  expect(await ended).toBe(0);
  expect(existsSync(dirname(log))).toBe(false);
  await expect(fetch(url)).rejects.toThrow("fetch failed");
  expect(fake.printed).toHaveLength(2);
});

it.each(["http", "-1", "70000", "1.5"])(
  "refuses the port %s before it starts anything",
  async (port) => {
    const fake = new FakeProcess({ PORT: port });
    await expect(runDemo(asProcess(fake))).rejects.toThrow(
      `PORT is "${port}": write a port, 0 to 65535`,
    );
    expect(fake.printed).toEqual([]);
  },
);

it("refuses a port that is taken, and says what to do", async () => {
  const other = await startServer(createServer(), 0);
  onTestFinished(() => other.close());
  const port = new URL(other.url).port;
  await expect(runDemo(asProcess(new FakeProcess({ PORT: port })))).rejects.toThrow(
    `port ${port} is taken: set PORT to another one, or to nothing`,
  );
});
