/**
 * Serves the feed: `node main.ts --version 2.3.0 --port 0 --posts-url URL --scores-url URL`
 *
 * Prints `{"url":"http://127.0.0.1:<port>"}` on one line once it listens. Ends on SIGTERM, and with
 * `--stop-with-stdin` when its standard input ends.
 */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { createFeedServer } from "./feed-server.ts";
import { createHttpSources } from "./feed-sources.ts";

/** Long enough for a machine that has much else to do. */
const LOOK_UP_TIMEOUT = 1200;

const { values } = parseArgs({
  options: {
    version: { type: "string" },
    port: { type: "string", default: "0" },
    "posts-url": { type: "string" },
    "scores-url": { type: "string" },
    "stop-with-stdin": { type: "boolean", default: false },
  },
});
const { "posts-url": postsUrl, "scores-url": scoresUrl } = values;
if (postsUrl === undefined || scoresUrl === undefined) {
  process.stderr.write("main.ts needs --posts-url and --scores-url\n");
  process.exit(1);
}
const version = values.version ?? (await packageVersion());
const sources = createHttpSources({
  postsUrl,
  scoresUrl,
  reader: `svc-feed@${version}`,
  timeout: LOOK_UP_TIMEOUT,
});
const server = createFeedServer({ version, sources });
server.listen(Number(values.port), "127.0.0.1", () => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${address.port}` })}\n`);
});
process.once("SIGTERM", stop);
if (values["stop-with-stdin"]) process.stdin.resume().once("end", stop);

function stop(): void {
  server.close();
  server.closeAllConnections();
  process.stdin.destroy();
}

async function packageVersion(): Promise<string> {
  const text = await readFile(resolve(import.meta.dirname, "package.json"), "utf8");
  const { version: own } = JSON.parse(text);
  return String(own);
}
