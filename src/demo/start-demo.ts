import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runReport } from "../report/run-report.ts";
import { startServing } from "../serve.ts";
import { systemClock } from "../shared/clock.ts";
import { errorText } from "../shared/errors.ts";
import { createLogger, type Logger } from "../shared/logger.ts";
import { checkBlocks } from "./block-kit.ts";
import { type CiDesk, createCiDesk } from "./ci-desk.ts";
import { AUTHOR, DEMO_WORKSPACE } from "./demo-workspace.ts";
import { type LocalSlack, startLocalSlack } from "./gateway/local-slack.ts";
import { APP_TOKEN, BOT_TOKEN, findPerson } from "./gateway/workspace.ts";
import { startPageServer } from "./page/page-server.ts";
import { HUMAN_PACE, type Pace, type SampleWorld, startSampleWorld } from "./sample-world.ts";

/** What is under way when the demo ends may take so many milliseconds. */
const GRACE = 3000;

export interface DemoOptions {
  /** Where the page is; 0 takes a free port. */
  readonly port: number;
  readonly pace?: Pace;
  /** Another configuration file than the demo's own. */
  readonly configuration?: string;
}

export interface Demo {
  /** The page. */
  readonly url: string;
  /** The log of the product, in a folder that `close` removes. */
  readonly logFile: string;
  readonly slack: LocalSlack;
  readonly world: SampleWorld;
  readonly ci: CiDesk;
  close(): Promise<void>;
}

/**
 * Starts the sample world, the local Slack, the whole product against them as `slipway serve` would, and
 * the page. Nothing of the product knows that this is a demo: it is told by its environment alone.
 * @throws Error when the port is taken
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-demo-"));
  const started: (() => Promise<unknown>)[] = [
    () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  ];
  const close = async () => {
    for (const stop of started.splice(0).reverse()) await stop();
  };
  try {
    return { ...(await startIn(folder, options, (stop) => started.push(stop))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startIn(
  folder: string,
  {
    port,
    pace = HUMAN_PACE,
    configuration = join(import.meta.dirname, "slipway.yml"),
  }: DemoOptions,
  atEnd: (stop: () => Promise<unknown>) => void,
): Promise<Omit<Demo, "close">> {
  const logFile = join(folder, "slipway.log");
  const log = createWriteStream(logFile);
  await once(log, "open");
  atEnd(() => new Promise((resolve) => log.end(() => resolve(undefined))));
  const reportSecret = `whsec_${randomBytes(24).toString("base64")}`;
  const logger = createLogger({ level: "info", secrets: () => [reportSecret], destination: log });

  const slack = await startLocalSlack({ ...DEMO_WORKSPACE, checkBlocks });
  atEnd(() => slack.close());
  let hooks: string | null = null;
  const world = await startSampleWorld({
    folder,
    report: (argv) => report(argv, { to: hooks, secret: reportSecret, folder, logger }),
    author: () => findPerson(DEMO_WORKSPACE, AUTHOR).email,
    pace,
    clock: systemClock,
    log: logger,
  });
  atEnd(() => world.close());
  const { app, port: productPort } = await startServing(
    {
      ...world.environment,
      SLACK_BOT_TOKEN: BOT_TOKEN,
      SLACK_APP_TOKEN: APP_TOKEN,
      SLACK_API_URL: slack.apiUrl,
      SLIPWAY_CONFIG: configuration,
      SLIPWAY_DATA: join(folder, "ledger"),
      SLIPWAY_REPORT_SECRET: reportSecret,
      HOST: "127.0.0.1",
      PORT: "0",
    },
    log,
  );
  atEnd(() => app.stop(GRACE));
  hooks = `http://127.0.0.1:${productPort}/hooks/ci`;
  const ci = createCiDesk(world.ci);
  const page = await startPageServer({
    ...{ slack, world, ci, port, clock: systemClock, logger },
    ...{ workspace: DEMO_WORKSPACE, author: AUTHOR },
  });
  atEnd(() => page.close());
  // First of all: what a job reports while everything ends would be lost, and its folder goes.
  atEnd(() => world.ci.close());
  return { url: page.url, logFile, slack, world, ci };
}

/** `slipway report`, as a CI system would run it. */
async function report(
  argv: readonly string[],
  options: {
    readonly to: string | null;
    readonly secret: string;
    readonly folder: string;
    readonly logger: Logger;
  },
): Promise<number> {
  const { to, secret, folder, logger } = options;
  if (to === null) throw new Error("a build ended before there was anything to report it to");
  const write = (text: string) => logger.info({ text: text.trim() }, "slipway report");
  try {
    return await runReport(
      argv,
      { SLIPWAY_URL: to, SLIPWAY_REPORT_SECRET: secret },
      {
        directory: folder,
        stdout: write,
        stderr: write,
        fetch,
        clock: systemClock,
        newId: randomUUID,
      },
    );
  } catch (error) {
    logger.error({ error: errorText(error) }, "a build was not reported");
    return 1;
  }
}
